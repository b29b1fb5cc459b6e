// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.config.FencingSettings;
import io.migawari.config.FencingSettings.Device;
import io.migawari.config.Secret;
import io.migawari.controller.model.Attestation;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Power.Reading;
import io.migawari.controller.model.Step;
import io.migawari.controller.store.Attestations;
import io.migawari.db.DatabaseException;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches hosts off with the fence agents of the distribution. Before a device is used, or believed, it has to show that it is
 * the host's; what it says afterwards is read back until it is "off" or its time is over. Safe for any thread; many devices are
 * spoken to at once, but one address never twice at the same time.
 */
public final class FenceAgents implements Fencing {

    private static final Logger log = LoggerFactory.getLogger(FenceAgents.class);

    private final FencingSettings settings;
    private final Attestations attestations;
    private final Time time;
    private final Agent agent;
    private final Map<FencingSettings.Identity, IdentityReader> readers;
    private final Map<HostName, List<List<Wired>>> hosts = new TreeMap<>();
    private final Map<String, ReentrantLock> lines = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "fence");
        thread.setDaemon(true);
        return thread;
    });

    public FenceAgents(FencingSettings settings, Attestations attestations, Time time) {
        this(
                settings,
                attestations,
                Map.of(
                        FencingSettings.Identity.IPMI, new IpmiIdentity(),
                        FencingSettings.Identity.REDFISH, new RedfishIdentity(time)),
                time);
    }

    FenceAgents(
            FencingSettings settings,
            Attestations attestations,
            Map<FencingSettings.Identity, IdentityReader> readers,
            Time time) {
        this.settings = settings;
        this.attestations = attestations;
        this.time = time;
        this.agent = new Agent(settings.agents());
        this.readers = Map.copyOf(readers);
        settings.hosts().forEach((name, host) -> hosts.put(new HostName(name), wired(name, host)));
    }

    /** A device in its place: at a level of a host. */
    record Wired(HostName host, Optional<UUID> expected, int level, Device device, String digest, Scrubber scrubber) {}

    private static List<List<Wired>> wired(String name, FencingSettings.Host host) {
        List<List<Wired>> levels = new ArrayList<>();
        for (List<Device> devices : host.levels()) {
            int number = levels.size() + 1;
            levels.add(devices.stream()
                    .map(device -> new Wired(
                            new HostName(name), host.uuid(), number, device, digest(device), scrubber(device)))
                    .toList());
        }
        return List.copyOf(levels);
    }

    private static Scrubber scrubber(Device device) {
        List<Secret> secrets = List.copyOf(device.secrets().values());
        return new Scrubber(secrets, device.find("username", "login").orElse(""));
    }

    /** Changes with everything that decides which outlet of which device is spoken to. */
    private static String digest(Device device) {
        String text = device.agent() + "\n" + device.identity() + "\n"
                + new TreeMap<>(device.parameters())
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .collect(Collectors.joining("\n"));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean covers(HostName host) {
        return hosts.containsKey(host);
    }

    @Override
    public Power power(HostName host) throws InterruptedException {
        Map<Integer, List<Power.Device>> levels = new TreeMap<>();
        for (Sight sight : look(host)) {
            levels.computeIfAbsent(sight.level(), level -> new ArrayList<>()).add(sight.asPower());
        }
        return new Power(levels.values().stream().map(Power.Level::new).toList());
    }

    /** All devices of a host, asked now, in the order of its levels. */
    public List<Sight> look(HostName host) throws InterruptedException {
        return together(hosts.getOrDefault(host, List.of()).stream()
                .flatMap(List::stream)
                .<Callable<Sight>>map(wired -> () -> look(wired))
                .toList());
    }

    /** Every device of every host. */
    List<Wired> all() {
        return hosts.values().stream()
                .flatMap(List::stream)
                .flatMap(List::stream)
                .sorted(Comparator.comparing(Wired::host))
                .toList();
    }

    /** One device of a host by its name, asked now. */
    public Optional<Sight> look(HostName host, String device) throws InterruptedException {
        Optional<Wired> wired = find(host, device);
        return wired.isEmpty() ? Optional.empty() : Optional.of(look(wired.get()));
    }

    private Optional<Wired> find(HostName host, String device) {
        return all().stream()
                .filter(wired ->
                        wired.host().equals(host) && wired.device().name().equals(device))
                .findFirst();
    }

    /** What became of a person's word about a device. */
    public sealed interface Attested {

        record Taken(Sight sight) implements Attested {}

        /** It cannot outweigh what the device says of itself now. */
        record Refused(String why) implements Attested {}

        record NoSuchDevice() implements Attested {}
    }

    /**
     * Takes a person's word that a device is a host's. It is for devices that cannot be compared with the host by themselves;
     * whoever it is that such a device says it is, it has to go on saying.
     */
    public Attested attest(HostName host, String device, String by, String reason) throws InterruptedException {
        Optional<Wired> found = find(host, device);
        if (found.isEmpty()) {
            return new Attested.NoSuchDevice();
        }
        Wired wired = found.get();
        Identity identity = identity(wired);
        if (identity instanceof Identity.Unreadable unreadable) {
            return new Attested.Refused("A word about a device that does not tell who it is is worth nothing; "
                    + unreadable.why().words());
        }
        if (identity instanceof Identity.Told told) {
            if (wired.expected().isPresent()) {
                return told.meanings().contains(wired.expected().get())
                        ? new Attested.Refused(device + " is known to be " + host + "'s by its UUID already")
                        : new Attested.Refused(
                                device + " says that it is " + told.shown() + ", and the configuration that " + host
                                        + " is " + wired.expected().get() + "; correct what is wrong of the two");
            }
        }
        Optional<String> shown = identity instanceof Identity.Told told ? Optional.of(told.shown()) : Optional.empty();
        attestations.add(new Attestation(host, device, wired.digest(), shown, by, reason, time.now()));
        return new Attested.Taken(look(wired));
    }

    Sight look(Wired wired) throws InterruptedException {
        Identity identity = identity(wired);
        Optional<Attestation> attestation = Optional.empty();
        Optional<Trouble> doubt;
        try {
            attestation = attestations.find(wired.host(), wired.device().name(), wired.digest());
            doubt = Belonging.doubt(wired.host(), wired.device().name(), wired.expected(), identity, attestation);
        } catch (DatabaseException e) {
            doubt = wired.expected().isPresent() && identity instanceof Identity.Told
                    ? Belonging.doubt(wired.host(), wired.device().name(), wired.expected(), identity, Optional.empty())
                    : Optional.of(new Trouble(
                            Trouble.Kind.DATABASE_AWAY,
                            "whether somebody has given his word about "
                                    + wired.device().name() + " cannot be read"));
        }
        Agent.Answer answer = identity instanceof Identity.Unreadable unreadable
                // Of whatever it said about the power, it would not be known whose that is.
                ? new Agent.Answer(new Reading.Unknown(unreadable.why().words()), Optional.empty())
                : status(wired);
        return new Sight(
                wired.host(),
                wired.level(),
                wired.device().name(),
                wired.device().agent(),
                answer.reading(),
                doubt.or(answer::trouble),
                identity instanceof Identity.Told told ? Optional.of(told.shown()) : Optional.empty(),
                attestation,
                time.now());
    }

    private Identity identity(Wired wired) throws InterruptedException {
        var reader = readers.get(wired.device().identity());
        if (reader == null) {
            return new Identity.Nothing();
        }
        return onTheLine(
                wired, () -> reader.read(wired.device(), wired.scrubber()), busy -> new Identity.Unreadable(busy));
    }

    private Agent.Answer status(Wired wired) throws InterruptedException {
        return onTheLine(
                wired,
                () -> agent.status(wired.device(), wired.scrubber()),
                busy -> new Agent.Answer(new Reading.Unknown(busy.words()), Optional.of(busy)));
    }

    private interface Talk<T> {
        T talk() throws InterruptedException;
    }

    private interface IfBusy<T> {
        T busy(Trouble trouble);
    }

    /** Many BMCs and power switches take one visitor at a time, and turn others away. */
    private <T> T onTheLine(Wired wired, Talk<T> talk, IfBusy<T> ifBusy) throws InterruptedException {
        String address =
                wired.device().find("ip", "ipaddr").orElse(wired.device().name());
        ReentrantLock line = lines.computeIfAbsent(address, any -> new ReentrantLock(true));
        if (!line.tryLock(wired.device().timeout().toMillis(), TimeUnit.MILLISECONDS)) {
            return ifBusy.busy(new Trouble(
                    Trouble.Kind.NO_ANSWER,
                    wired.device().name() + " is busy with what else this controller asks of it"));
        }
        try {
            return talk.talk();
        } finally {
            line.unlock();
        }
    }

    @Override
    public Outcome carryOut(Step.PowerOff step, Permission permission) throws InterruptedException {
        List<List<Wired>> levels = hosts.getOrDefault(step.host(), List.of());
        if (step.level() < 1 || step.level() > levels.size()) {
            return refused(Outcome.Refusal.NOT_SENT, step.host() + " has no fencing level " + step.level());
        }
        List<Wired> level = levels.get(step.level() - 1);
        List<Sight> before = together(
                level.stream().<Callable<Sight>>map(wired -> () -> look(wired)).toList());
        Optional<Trouble> trouble =
                before.stream().flatMap(sight -> sight.trouble().stream()).findFirst();
        if (trouble.isPresent()) {
            return refused(Outcome.Refusal.NOT_SENT, trouble.get().words());
        }
        List<Wired> on = new ArrayList<>();
        for (int i = 0; i < level.size(); i++) {
            if (!(before.get(i).reading() instanceof Reading.Off)) {
                on.add(level.get(i));
            }
        }
        if (on.isEmpty()) {
            return new Outcome.Accepted(Optional.empty());
        }
        if (!permission.isGiven()) {
            return refused(Outcome.Refusal.NOT_SENT, "the recovery of " + step.host() + " is another controller's now");
        }
        log.atWarn()
                .addKeyValue("host", step.host())
                .addKeyValue("fencing_level", step.level())
                .addKeyValue(
                        "devices",
                        on.stream().map(wired -> wired.device().name()).toList())
                .log("Switching a host off");
        List<Optional<String>> failures = together(on.stream()
                .<Callable<Optional<String>>>map(wired -> () -> switchOff(wired))
                .toList());
        String words = failures.stream().flatMap(Optional::stream).collect(Collectors.joining("; "));
        return words.isEmpty() ? new Outcome.Accepted(Optional.empty()) : refused(Outcome.Refusal.OTHER, words);
    }

    private static Outcome refused(Outcome.Refusal refusal, String words) {
        return new Outcome.Refused(refusal, words, Optional.empty(), Optional.empty());
    }

    /** @return why its power does not read as off; empty: it does */
    private Optional<String> switchOff(Wired wired) throws InterruptedException {
        Device device = wired.device();
        Deadline deadline = time.deadlineAfter(device.offWithin());
        Optional<Trouble> complaint =
                onTheLine(wired, () -> agent.off(device, device.offWithin(), wired.scrubber()), Optional::of);
        while (true) {
            boolean isLastLook = deadline.isPast();
            Agent.Answer answer = status(wired);
            if (answer.reading() instanceof Reading.Off) {
                return Optional.empty(); // whatever the answer to the order was
            }
            if (isLastLook) {
                return Optional.of(stillOn(device, answer, complaint));
            }
            time.sleep(shorter(settings.pollEvery(), deadline.left()));
        }
    }

    private static String stillOn(Device device, Agent.Answer answer, Optional<Trouble> complaint) {
        String said = complaint.map(trouble -> trouble.words()).orElse(device.name() + " took the order to switch off");
        String seen = answer.reading() instanceof Reading.Unknown unknown
                ? "the power is not known since: " + unknown.why()
                : "the power read as on " + device.offWithin().toSeconds() + " s later";
        return said + ", and " + seen;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** All at once; an interruption ends all of them. */
    private <T> List<T> together(List<Callable<T>> tasks) throws InterruptedException {
        List<T> results = new ArrayList<>();
        for (Future<T> done : threads.invokeAll(tasks)) {
            try {
                results.add(done.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InterruptedException) {
                    throw new InterruptedException("stopping");
                }
                throw new IllegalStateException("asking a fencing device failed by a mistake of ours", e.getCause());
            }
        }
        return results;
    }
}
