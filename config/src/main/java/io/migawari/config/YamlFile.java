// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A YAML file that is read into settings. The tree of nodes is read rather than objects made from it, because only the
 * nodes know their lines.
 */
public final class YamlFile {

    private final String name;
    private final Path path;
    private final Map<String, String> environment;
    private final Problems problems = new Problems();
    private final List<Section> sections = new ArrayList<>();
    private final Set<String> askedKeys = new TreeSet<>();

    private YamlFile(String name, Path path, Map<String, String> environment) {
        this.name = name;
        this.path = path;
        this.environment = environment;
    }

    /**
     * Reads a file into whatever {@code reader} makes of it.
     *
     * @param environment where {@code …-env} keys look their values up
     * @throws ConfigException with every problem found: no such file, no YAML, unknown keys, wrong values
     */
    public static <T> T read(Path path, Map<String, String> environment, Function<Section, T> reader) {
        return new YamlFile(path.toString(), path, environment).parse(text(path), reader);
    }

    /**
     * As {@link #read}, for a file that is a list of sections at its top.
     *
     * @param reader is given all of them, none for an empty file
     */
    public static <T> T readList(Path path, Map<String, String> environment, Function<List<Section>, T> reader) {
        return new YamlFile(path.toString(), path, environment).parseList(text(path), reader);
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new ConfigException(
                    List.of(path + ": cannot be read (" + e.getClass().getSimpleName() + ")"));
        }
    }

    /** As {@link #read}, from a text; relative paths in it start at the working directory. */
    public static <T> T readText(
            String name, String text, Map<String, String> environment, Function<Section, T> reader) {
        return new YamlFile(name, Path.of(name), environment).parse(text, reader);
    }

    /** The dotted names of all keys that {@code reader} asks an empty file for. */
    public static Set<String> keysAskedBy(Function<Section, ?> reader) {
        var empty = new YamlFile("empty", Path.of("empty"), Map.of());
        Object unused = reader.apply(empty.section("", 1, null));
        return empty.askedKeys;
    }

    private <T> T parse(String text, Function<Section, T> reader) {
        Node root = compose(text);
        if (root != null && !(root instanceof MappingNode)) {
            throw new ConfigException(List.of(at(line(root)) + ": expected keys and values at the top"));
        }
        return checked(reader.apply(section("", 1, (MappingNode) root)));
    }

    private <T> T parseList(String text, Function<List<Section>, T> reader) {
        Node root = compose(text);
        if (root != null && !(root instanceof SequenceNode)) {
            throw new ConfigException(
                    List.of(at(line(root)) + ": expected a list (lines that begin with -) at the top"));
        }
        List<Section> items = new ArrayList<>();
        if (root instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                if (item instanceof MappingNode mapping) {
                    items.add(section("entry " + (items.size() + 1), line(item), mapping));
                } else {
                    problems.add(at(line(item)), "expected keys and values in each entry of the list");
                }
            }
        }
        return checked(reader.apply(items));
    }

    private @Nullable Node compose(String text) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ConfigException(List.of(at(line) + ": not YAML: " + e.getProblem()));
        } catch (YAMLException | IllegalArgumentException e) {
            // The latter comes out of SnakeYAML 2.5 for a tag that is blank, such as !%20; found by fuzzing.
            throw new ConfigException(List.of(name + ": not YAML: " + e.getMessage()));
        }
    }

    private <T> T checked(T result) {
        sections.forEach(Section::reportUnknownKeys);
        problems.throwIfAny();
        return result;
    }

    Section section(String path, int line, @Nullable MappingNode mapping) {
        var section = new Section(this, path, line, mapping);
        sections.add(section);
        return section;
    }

    void asked(String key) {
        askedKeys.add(key);
    }

    Problems problems() {
        return problems;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** A path that the file names; a relative one starts at the file's directory. */
    Path resolve(String name) {
        return path.resolveSibling(name);
    }

    String at(int line) {
        return name + ":" + line;
    }

    static int line(Node node) {
        return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
    }
}
