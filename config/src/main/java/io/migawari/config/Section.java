// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a YAML file, read key by key. A value of the wrong form is noted as a problem, with file, line and key,
 * and the fallback is returned, so that one reading finds everything that is wrong; {@link YamlFile#read} throws at its
 * end. A key that nobody asked for is a problem too. Not thread-safe.
 */
public final class Section {

    private final YamlFile file;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();

    Section(YamlFile file, String path, int line, @Nullable MappingNode mapping) {
        this.file = file;
        this.path = path;
        this.line = line;
        if (mapping != null) {
            mapping.getValue().forEach(tuple -> {
                String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                lines.put(key, YamlFile.line(tuple.getKeyNode()));
                if (values.put(key, tuple.getValueNode()) != null) {
                    problem(key, "appears twice");
                }
            });
        }
    }

    /** Where in its file it begins. */
    public int line() {
        return line;
    }

    public boolean has(String key) {
        asked(key);
        return values.containsKey(key);
    }

    public String string(String key) {
        return find(key).orElseGet(() -> {
            missing(key);
            return "";
        });
    }

    public String string(String key, String fallback) {
        return find(key).orElse(fallback);
    }

    public Optional<String> find(String key) {
        return scalar(key).map(ScalarNode::getValue);
    }

    public int integer(String key, int fallback, int least, int most) {
        return scalar(key)
                .map(node -> {
                    try {
                        int number = Integer.parseInt(node.getValue());
                        if (node.isPlain() && number >= least && number <= most) {
                            return number;
                        }
                    } catch (NumberFormatException notANumber) {
                        // the problem below says what was expected
                    }
                    expected(key, "a whole number from " + least + " to " + most, node.getValue());
                    return fallback;
                })
                .orElse(fallback);
    }

    public boolean flag(String key, boolean fallback) {
        return scalar(key)
                .map(node -> {
                    if (node.getTag().equals(Tag.BOOL)) {
                        return Set.of("true", "yes", "on")
                                .contains(node.getValue().toLowerCase(Locale.ROOT));
                    }
                    expected(key, "true or false", node.getValue());
                    return fallback;
                })
                .orElse(fallback);
    }

    public Duration duration(String key, Duration fallback, Duration least, Duration most) {
        return find(key)
                .map(text -> {
                    var duration = Durations.parse(text);
                    if (duration.isPresent()
                            && duration.get().compareTo(least) >= 0
                            && duration.get().compareTo(most) <= 0) {
                        return duration.get();
                    }
                    expected(
                            key,
                            "a duration from " + Durations.format(least) + " to " + Durations.format(most)
                                    + " (a whole number with ms, s, m, h or d)",
                            text);
                    return fallback;
                })
                .orElse(fallback);
    }

    /** One constant of an enum, written in lower case with dashes. */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        return find(key)
                .map(text -> {
                    for (E constant : type.getEnumConstants()) {
                        if (written(constant).equals(text)) {
                            return constant;
                        }
                    }
                    expected(
                            key,
                            Arrays.stream(type.getEnumConstants())
                                    .map(Section::written)
                                    .collect(Collectors.joining(" or ")),
                            text);
                    return fallback;
                })
                .orElse(fallback);
    }

    /** How a constant is written in a file: {@code NOVA_DOWN} is {@code nova-down}. */
    static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A secret, given by exactly one of {@code key} (the secret itself), {@code key-file} (a file; one line end at its end
     * is not part of the secret) and {@code key-env} (the name of an environment variable).
     */
    public Secret secret(String key) {
        return findSecret(key).orElseGet(() -> {
            file.problems()
                    .add(
                            file.at(line),
                            name(key) + ": missing; give one of " + key + ", " + key + "-file and " + key + "-env");
            return new Secret("");
        });
    }

    /** As {@link #secret(String)}, for a secret that need not be there. */
    public Optional<Secret> findSecret(String key) {
        Optional<String> literal = find(key);
        Optional<String> fromFile = find(key + "-file");
        Optional<String> fromEnvironment = find(key + "-env");
        if (literal.map(x -> 1).orElse(0)
                        + fromFile.map(x -> 1).orElse(0)
                        + fromEnvironment.map(x -> 1).orElse(0)
                > 1) {
            problem(key, "given more than once; keep one of " + key + ", " + key + "-file and " + key + "-env");
        }
        return literal.map(Secret::new)
                .or(() -> fromFile.map(name -> secretFile(key + "-file", name)))
                .or(() -> fromEnvironment.map(name -> {
                    String value = file.environment().get(name);
                    if (value == null) {
                        problem(key + "-env", "the environment has no variable " + name);
                        return new Secret("");
                    }
                    return new Secret(value);
                }));
    }

    private Secret secretFile(String key, String name) {
        try {
            return Secret.in(file.resolve(name));
        } catch (IOException e) {
            problem(key, "cannot read " + name + " (" + e.getClass().getSimpleName() + ")");
            return new Secret("");
        }
    }

    /** A list of single values; one value alone is a list of one. An absent key is an empty list. */
    public List<String> strings(String key) {
        asked(key);
        Node node = values.get(key);
        if (!(node instanceof SequenceNode sequence)) {
            return find(key).map(List::of).orElse(List.of());
        }
        return singleValues(key, sequence.getValue());
    }

    /** A list of lists of single values; a single value in it is a list of one. An absent key is an empty list. */
    public List<List<String>> lists(String key) {
        asked(key);
        Node node = values.get(key);
        if (node == null || isNull(node)) {
            return List.of();
        }
        List<List<String>> all = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                all.add(singleValues(key, item instanceof SequenceNode inner ? inner.getValue() : List.of(item)));
            }
        } else {
            problem(key, "expected a list");
        }
        return List.copyOf(all);
    }

    private List<String> singleValues(String key, List<Node> nodes) {
        List<String> all = new ArrayList<>();
        for (Node item : nodes) {
            if (item instanceof ScalarNode scalar && !isNull(scalar)) {
                all.add(scalar.getValue());
            } else {
                problem(key, "expected a list of single values");
            }
        }
        return List.copyOf(all);
    }

    /** A path; a relative one starts at the directory of this file. */
    public Optional<Path> findPath(String key) {
        return find(key).map(file::resolve);
    }

    /** A file of certificates to trust, named by its path; read here only so that one that cannot be read is a problem of this key. */
    public Optional<Path> findCertificates(String key) {
        Optional<Path> pem = findPath(key);
        pem.ifPresent(path -> usable(key, () -> TrustedCertificates.store(path)));
        return pem;
    }

    /** Notes what is wrong with files that a key names; the words name the file. */
    void usable(String key, Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException e) {
            problem(key, String.valueOf(e.getMessage()));
        }
    }

    /** The section under a key; an absent one is empty and yields every fallback. */
    public Section section(String key) {
        asked(key);
        Node node = values.get(key);
        if (node instanceof MappingNode mapping) {
            return file.section(name(key), lineOf(key), mapping);
        }
        if (node != null && !isNull(node)) {
            problem(key, "expected a section (keys below it, indented)");
        }
        return file.section(name(key), lineOf(key), null);
    }

    /** All keys that are there, for a section whose keys the person who writes the file chooses. */
    public Set<String> keys() {
        return Set.copyOf(values.keySet());
    }

    /** The same, in the order of the file. */
    public List<String> inOrder() {
        return List.copyOf(values.keySet());
    }

    /** The sections under a key by their names, which the person who writes the file chooses. */
    public Map<String, Section> named(String key) {
        Section all = section(key);
        Map<String, Section> byName = new LinkedHashMap<>();
        all.values.keySet().forEach(name -> byName.put(name, all.section(name)));
        return byName;
    }

    /** A list of sections, in its order. An absent key is an empty list. */
    public List<Section> sections(String key) {
        asked(key);
        Node node = values.get(key);
        if (node == null || isNull(node)) {
            return List.of();
        }
        List<Section> all = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                String name = name(key) + "[" + (all.size() + 1) + "]";
                if (item instanceof MappingNode mapping) {
                    all.add(file.section(name, YamlFile.line(item), mapping));
                } else {
                    file.problems().add(file.at(YamlFile.line(item)), name + ": expected keys and values");
                }
            }
        } else {
            problem(key, "expected a list (lines that begin with -)");
        }
        return List.copyOf(all);
    }

    /** Notes a problem with a key of this section; for what only the reader of the settings can know. */
    public void problem(String key, String what) {
        file.problems().add(file.at(lineOf(key)), name(key) + ": " + what);
    }

    /** A value that was not what it should be. Secrets never come here. */
    public void expected(String key, String form, String found) {
        problem(key, "expected " + form + ", found \"" + found + "\"");
    }

    /** The rest of the keys are none of our business; for files that others own, such as clouds.yaml. */
    public void ignoreOtherKeys() {
        asked.addAll(values.keySet());
    }

    void reportUnknownKeys() {
        values.keySet().stream().filter(key -> !asked.contains(key)).forEach(key -> {
            String known = asked.stream().filter(k -> !k.isEmpty()).collect(Collectors.joining(", "));
            problem(key, "unknown key; known here: " + known);
        });
    }

    private Optional<ScalarNode> scalar(String key) {
        asked(key);
        Node node = values.get(key);
        if (node == null || isNull(node)) {
            return Optional.empty();
        }
        if (node instanceof ScalarNode scalar) {
            return Optional.of(scalar);
        }
        problem(key, "expected a single value, found a " + node.getNodeId());
        return Optional.empty();
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private void missing(String key) {
        file.problems().add(file.at(line), name(key) + ": missing");
    }

    private void asked(String key) {
        asked.add(key);
        file.asked(name(key));
    }

    private int lineOf(String key) {
        return lines.getOrDefault(key, line);
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
