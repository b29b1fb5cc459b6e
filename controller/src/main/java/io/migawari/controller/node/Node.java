// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.node;

import io.migawari.controller.node.NodeFacts.NovaConf;
import io.migawari.controller.node.NodeFacts.Totem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** This machine: its files and its tools. Only reads. */
public final class Node {

    /** Runs a tool. */
    @FunctionalInterface
    public interface Tools {
        /** What it says; nothing if it is not there, fails, or does not end soon. */
        Optional<String> run(List<String> command) throws InterruptedException;
    }

    private static final List<String> LIBVIRT_GUESTS =
            List.of("etc/default/libvirt-guests", "etc/sysconfig/libvirt-guests");
    private static final Pattern ON_BOOT = Pattern.compile("(?m)^\\s*ON_BOOT\\s*=\\s*[\"']?start\\b");
    private static final Pattern NAMES = Pattern.compile("(?m)^names:");
    private static final Pattern ENTRY = Pattern.compile("([A-Za-z0-9_]+)\\s*[=:]\\s*(.*)");
    private static final Pattern CMAP = Pattern.compile("(?m)^\\S+ \\(u32\\) = (\\d+)$");

    /** Corosync's own defaults: consensus is so much of the token. */
    private static final double CONSENSUS = 1.2;

    private final Path root;
    private final Tools tools;

    /** @param root {@code /}, but in tests */
    public Node(Path root, Tools tools) {
        this.root = root;
        this.tools = tools;
    }

    /** @throws IOException if a file that is there cannot be read, so that nothing can be concluded */
    public NodeFacts facts(Optional<Set<String>> knownHosts, Optional<Duration> controllerAhead)
            throws IOException, InterruptedException {
        return new NodeFacts(
                tools.run(List.of("hostname")).map(String::strip).orElse("this host"),
                nova(),
                tools.run(List.of("crm_node", "-n")).map(String::strip).filter(name -> !name.isEmpty()),
                text("etc/migawari/host-monitor.yaml")
                        .filter(yaml -> NAMES.matcher(yaml).find())
                        .isPresent(),
                totem(),
                startsGuests(),
                knownHosts,
                controllerAhead);
    }

    /** As oslo.config reads them: nova.conf, then what is in its directory, in the order of the names; the last word counts. */
    private Optional<NovaConf> nova() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String directory : List.of("etc/nova", "usr/share/nova")) {
            text(directory + "/nova.conf").ifPresent(texts::add);
            text(directory + "/nova-dist.conf").ifPresent(text -> texts.add(0, text));
        }
        for (String directory : List.of("etc/nova/nova.conf.d", "etc/nova/nova-compute.conf.d")) {
            Path path = root.resolve(directory);
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    for (Path file : files.sorted().toList()) {
                        text(root.relativize(file).toString()).ifPresent(texts::add);
                    }
                }
            }
        }
        text("etc/nova/nova-compute.conf").ifPresent(texts::add);
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> defaults = new HashMap<>();
        texts.forEach(text -> defaults.putAll(section(text, "DEFAULT", "[", "]")));
        return Optional.of(new NovaConf(
                Optional.ofNullable(defaults.get("host")).filter(name -> !name.isEmpty()),
                Set.of("true", "1", "yes", "on")
                        .contains(defaults.getOrDefault("resume_guests_state_on_host_boot", "false")
                                .toLowerCase(Locale.ROOT))));
    }

    /** What Corosync uses now, with what it has added for each node; if it cannot be asked, what its configuration says. */
    private Optional<Totem> totem() throws IOException, InterruptedException {
        Optional<Long> token = cmap("runtime.config.totem.token");
        Optional<Long> consensus = cmap("runtime.config.totem.consensus");
        if (token.isEmpty()) {
            Map<String, String> configured = text("etc/corosync/corosync.conf")
                    .map(text -> section(text, "totem", "", " {"))
                    .orElse(Map.of());
            token = millis(configured.get("token"));
            consensus = millis(configured.get("consensus"));
        }
        Optional<Long> known = consensus;
        return token.map(millis ->
                new Totem(Duration.ofMillis(millis), Duration.ofMillis(known.orElse(Math.round(millis * CONSENSUS)))));
    }

    private Optional<Long> cmap(String key) throws InterruptedException {
        return tools.run(List.of("corosync-cmapctl", "-g", key)).flatMap(text -> {
            Matcher matcher = CMAP.matcher(text.strip());
            return matcher.find() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
        });
    }

    private static Optional<Long> millis(@Nullable String text) {
        return Optional.ofNullable(text)
                .filter(digits -> digits.matches("\\d{1,9}"))
                .map(Long::parseLong);
    }

    private boolean startsGuests() throws IOException {
        for (String file : LIBVIRT_GUESTS) {
            if (text(file).filter(text -> ON_BOOT.matcher(text).find()).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The entries of one section; lines that are no entries are passed over, as comments are. */
    private static Map<String, String> section(String text, String name, String before, String behind) {
        Map<String, String> entries = new HashMap<>();
        boolean isIn = false;
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            boolean begins = line.startsWith("[") || line.endsWith("{");
            if (begins) {
                isIn = line.replaceAll("\\s+", " ").equals(before + name + behind);
            } else if (line.equals("}")) {
                isIn = false;
            } else if (isIn && !line.startsWith("#") && !line.startsWith(";")) {
                Matcher entry = ENTRY.matcher(line);
                if (entry.matches()) {
                    entries.put(entry.group(1), entry.group(2).strip());
                }
            }
        }
        return entries;
    }

    private Optional<String> text(String path) throws IOException {
        try {
            return Optional.of(Files.readString(root.resolve(path), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
