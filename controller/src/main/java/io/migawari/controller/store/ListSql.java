// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Booleans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Lists with filters, order and pages over one SELECT. Only names from the tables that it is given ever become part of a
 * statement; values are always bound.
 *
 * @param select must have the columns {@code number}, {@code id} and {@code created_at} among others
 * @param sortable the API's sort keys and the columns that they mean; an ENUM would be sorted by the order of its values
 * @param filters the API's filter names and the conditions that they mean, with {@code ?} for the value
 */
record ListSql<T>(String select, Map<String, String> sortable, Map<String, Filter> filters, RowMapper<T> mapper) {

    /** Keys of Masakari's that make no difference, as deleted rows are never shown. */
    private static final Set<String> SAME_IN_ALL = Set.of("deleted", "deleted_at");

    private static final String IS_MARKER = "(id = ? OR number = ?)";

    /** A condition, and how the text of a request becomes its value. */
    record Filter(String condition, Function<String, Object> value) {

        static Filter text(String column) {
            return new Filter(column + " = ?", text -> text);
        }

        /** A column that has only ASCII: what else is looked for is not there, and MariaDB would refuse to compare it. */
        static Filter ascii(String column) {
            return new Filter(column + " = ?", ListSql::onlyAscii);
        }

        /** @throws IllegalArgumentException (by the value) if the text means neither true nor false */
        static Filter flag(String column) {
            return new Filter(column + " = ?", Booleans::parse);
        }
    }

    /** @param bound values of the {@code ?} in the select itself */
    List<T> list(Handle handle, ListRequest request, Object... bound) throws BadListRequestException {
        List<Object> values = new ArrayList<>(List.of(bound));
        List<String> conditions = new ArrayList<>();
        for (var asked : new LinkedHashMap<>(request.filters()).entrySet()) {
            Filter filter = filters.get(asked.getKey());
            if (filter != null) { // others are ignored, as Masakari does
                conditions.add(filter.condition());
                values.add(value(asked.getKey(), asked.getValue(), filter));
            }
        }
        String where = conditions.isEmpty() ? "" : " WHERE (" + String.join(" AND ", conditions) + ")";
        Optional<String> marker = request.marker();
        if (marker.isPresent()) {
            requireMarker(handle, marker.get(), bound);
            if (!conditions.isEmpty()) {
                where += " OR " + IS_MARKER; // it may have ceased to match since it was the last of a page
                bindMarker(values, marker.get());
            }
        }
        String ordered = "SELECT r.number, r.id, ROW_NUMBER() OVER (ORDER BY " + order(request)
                + ") AS list_position FROM (" + select + ") r" + where;
        String page = "SELECT number, list_position FROM ordered";
        if (marker.isPresent()) {
            page += " WHERE list_position > (SELECT list_position FROM ordered WHERE " + IS_MARKER + ")";
            bindMarker(values, marker.get());
        }
        page += " ORDER BY list_position LIMIT " + Math.min(request.limit(), ListRequest.MOST);
        // Everything is put in order, but only the rows of the page are read as a whole: their texts, copied for the
        // whole list,
        // take MariaDB longer than a statement may, of 100,000 notifications 10 s and not 2.
        String sql = "WITH ordered AS (" + ordered + "), page AS (" + page + ") SELECT r.* FROM page JOIN (" + select
                + ") r ON r.number = page.number ORDER BY page.list_position";
        values.addAll(List.of(bound));
        var query = handle.createQuery(sql);
        for (int i = 0; i < values.size(); i++) {
            query.bind(i, values.get(i));
        }
        return query.map(mapper).list();
    }

    /** By its UUID or its integer id. */
    private static void bindMarker(List<Object> values, String marker) {
        values.add(onlyAscii(marker));
        values.add(marker.matches("\\d{1,18}") ? Long.parseLong(marker) : -1L);
    }

    /** Nothing, if there is more to it. */
    private static String onlyAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80) ? text : "";
    }

    private static Object value(String name, String text, Filter filter) throws BadListRequestException {
        try {
            return filter.value().apply(text);
        } catch (IllegalArgumentException e) {
            throw new BadListRequestException("Invalid value for " + name + ": " + e.getMessage());
        }
    }

    private String order(ListRequest request) throws BadListRequestException {
        List<ListRequest.Sort> sorts = request.sorts().isEmpty()
                ? List.of(new ListRequest.Sort("created_at", false), new ListRequest.Sort("id", false))
                : request.sorts();
        List<String> keys = new ArrayList<>();
        for (ListRequest.Sort sort : sorts) {
            if (SAME_IN_ALL.contains(sort.key())) {
                continue;
            }
            String column = sort.key().equals("id") ? "number" : sortable.get(sort.key());
            if (column == null) {
                throw new BadListRequestException("Sort key supplied is invalid: " + sort.key() + "; known: id, "
                        + sortable.keySet().stream().sorted().collect(Collectors.joining(", ")));
            }
            keys.add("r." + column + (sort.ascending() ? " ASC" : " DESC"));
        }
        keys.add("r.number DESC"); // so that pages never overlap
        return String.join(", ", keys);
    }

    private void requireMarker(Handle handle, String marker, Object... bound) throws BadListRequestException {
        var query = handle.createQuery("SELECT COUNT(*) FROM (" + select + ") r WHERE " + IS_MARKER);
        List<Object> values = new ArrayList<>(List.of(bound));
        bindMarker(values, marker);
        for (int i = 0; i < values.size(); i++) {
            query.bind(i, values.get(i));
        }
        if (query.mapTo(int.class).one() == 0) {
            throw new BadListRequestException("Marker " + marker + " could not be found.");
        }
    }
}
