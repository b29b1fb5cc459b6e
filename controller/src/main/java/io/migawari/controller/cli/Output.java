// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * How a command shows what the controller answered: as a table for people, or whole for programs. A mixin; lives as long as
 * its command.
 */
final class Output {

    /** The ways. */
    enum Format {
        table,
        json,
        yaml,
        value
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(Feature.WRITE_DOC_START_MARKER));

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; json and yaml show everything (default: ${DEFAULT-VALUE})")
    private Format format = Format.table;

    @Option(
            names = {"-c", "--column"},
            paramLabel = "COLUMN",
            description = "show only this column; may be repeated (table and value)")
    private List<String> only = new ArrayList<>();

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    private PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** @param columns the fields that a table shows, in this order; a dot leads into a nested object */
    void list(JsonNode rows, String... columns) {
        switch (format) {
            case json -> print(pretty(JSON, rows));
            case yaml -> print(pretty(YAML, rows));
            case table -> {
                List<String> chosen = chosen(List.of(columns));
                print(Table.of(chosen, cells(rows, chosen)));
            }
            case value -> cells(rows, chosen(List.of(columns))).forEach(row -> out().println(String.join(" ", row)));
        }
        out().flush();
    }

    /** One object, one field a line. */
    void show(JsonNode object, String... fields) {
        switch (format) {
            case json -> print(pretty(JSON, object));
            case yaml -> print(pretty(YAML, object));
            case table -> {
                List<List<String>> rows = chosen(List.of(fields)).stream()
                        .map(field -> List.of(field, text(at(object, field))))
                        .toList();
                print(Table.of(List.of("Field", "Value"), rows));
            }
            case value -> chosen(List.of(fields)).forEach(field -> out().println(text(at(object, field))));
        }
        out().flush();
    }

    /** Another table below the first, for people; columns that were chosen are the first one's. */
    void alsoList(JsonNode rows, String... columns) {
        if (isForPeople()) {
            print(Table.of(List.of(columns), cells(rows, List.of(columns))));
            out().flush();
        }
    }

    /** Whether everything is to be shown, to programs. */
    boolean isWhole() {
        return format == Format.json || format == Format.yaml;
    }

    boolean isForPeople() {
        return format == Format.table;
    }

    /** A line beside a table; programs do not get it. */
    void say(String words) {
        if (isForPeople()) {
            out().println(words);
            out().flush();
        }
    }

    private List<String> chosen(List<String> known) {
        for (String column : only) {
            if (!known.contains(column)) {
                throw new ParameterException(
                        command.commandLine(), "No column \"" + column + "\"; there are: " + String.join(", ", known));
            }
        }
        return only.isEmpty() ? known : only;
    }

    private static List<List<String>> cells(JsonNode rows, List<String> columns) {
        List<List<String>> cells = new ArrayList<>();
        rows.forEach(row ->
                cells.add(columns.stream().map(column -> text(at(row, column))).toList()));
        return cells;
    }

    private static JsonNode at(JsonNode object, String field) {
        return object.at("/" + field.replace('.', '/'));
    }

    private static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "-";
        }
        return printable(value.isValueNode() ? value.asText() : value.toString());
    }

    /** Names come from anybody: what moves a terminal's cursor or colours must not reach it. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "�");
    }

    private void print(String text) {
        out().print(text.endsWith("\n") ? text : text + "\n");
    }

    private static String pretty(ObjectMapper mapper, JsonNode value) {
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }
}
