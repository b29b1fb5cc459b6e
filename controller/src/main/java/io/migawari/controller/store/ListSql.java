// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Booleans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Lists with filters, order and pages over one SELECT. Only names from the tables that it is given ever become part of a
 * statement; values are always bound.
 *
 * @param select must have the columns {@code number}, {@code id} and {@code created_at} among others
 * @param sortable the API's sort keys and the columns that they mean
 * @param filters the API's filter names and the conditions that they mean, with {@code ?} for the value
 */
record ListSql<T>(String select, Map<String, String> sortable, Map<String, Filter> filters, RowMapper<T> mapper) {

    /** A condition, and how the text of a request becomes its value. */
    record Filter(String condition, Function<String, Object> value) {

        static Filter text(String column) {
            return new Filter(column + " = ?", text -> text);
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
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        String ordered = "SELECT r.*, ROW_NUMBER() OVER (ORDER BY " + order(request) + ") AS list_position FROM ("
                + select + ") r" + where;
        String sql = "WITH ordered AS (" + ordered + ") SELECT * FROM ordered";
        if (request.marker().isPresent()) {
            sql += " WHERE list_position > (SELECT list_position FROM ordered WHERE id = ? OR number = ?)";
            String marker = request.marker().get();
            values.add(marker);
            values.add(marker.matches("\\d{1,18}") ? Long.parseLong(marker) : -1L);
            requireMarker(handle, marker, bound);
        }
        sql += " ORDER BY list_position LIMIT " + Math.min(request.limit(), ListRequest.MOST);
        var query = handle.createQuery(sql);
        for (int i = 0; i < values.size(); i++) {
            query.bind(i, values.get(i));
        }
        return query.map(mapper).list();
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
        var query = handle.createQuery("SELECT COUNT(*) FROM (" + select + ") r WHERE r.id = ? OR r.number = ?");
        int position = 0;
        for (Object value : bound) {
            query.bind(position++, value);
        }
        query.bind(position++, marker);
        query.bind(position, marker.matches("\\d{1,18}") ? Long.parseLong(marker) : -1L);
        if (query.mapTo(int.class).one() == 0) {
            throw new BadListRequestException("Marker " + marker + " could not be found.");
        }
    }
}
