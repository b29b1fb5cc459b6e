// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import io.migawari.instancemonitor.InstanceMonitorSettings.Watched;
import io.migawari.instancemonitor.InstanceMonitorSettings.Whose;
import io.migawari.instancemonitor.KnownInstances.Known;
import io.migawari.instancemonitor.agent.AgentRounds;
import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Happening;
import io.migawari.instancemonitor.domain.Hypervisor;
import io.migawari.instancemonitor.domain.Sighting;
import io.migawari.instancemonitor.domain.Sign;
import io.migawari.instancemonitor.judgement.Judge;
import io.migawari.instancemonitor.judgement.Judgement;
import io.migawari.instancemonitor.judgement.Standing;
import io.migawari.instancemonitor.judgement.Standing.Course;
import io.migawari.instancemonitor.judgement.Verdict;
import io.migawari.monitor.life.Vitals;
import io.migawari.monitor.life.Vitals.Metric;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.spool.ToldFacts;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what libvirt tells, looks at everything when it may have missed something, judges, keeps what it knows on disk, and
 * tells. What is found and not yet told is kept before it is told, and whoever comes after this process tells it if it did
 * not. Used by one thread; {@link #vitals} and {@link #change} by any.
 */
final class InstanceWatch implements Vitals.Source {

    private static final Logger log = LoggerFactory.getLogger(InstanceWatch.class);

    /**
     * When is looked again after a new connection. libvirt may at first show what it remembers of a domain whose QEMU died
     * while it was away itself.
     */
    private static final List<Duration> AFTER_CONNECTION =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10));

    private static final Duration SOON = Duration.ofSeconds(1);

    /** So that a storm of events does not keep the disk waiting. */
    private static final int MOST_AT_ONCE = 500;

    /** What SIGHUP may change. */
    record Rules(Judge judge, Whose whose, Duration lookInterval) {}

    /** How it goes, for other threads. */
    private record State(
            Optional<String> blind, int up, int known, long connections, long events, long looks, Deadline stale) {}

    private record Due(Domain domain, Verdict.Tell tell, String foundBy) {

        boolean isAbout(Known known, Instant since) {
            return domain.uuid().equals(known.domain().uuid()) && tell.since().equals(since);
        }
    }

    private final String host;
    private final String bootId;
    private final Hypervisor hypervisor;
    private final Optional<AgentRounds> agents;
    private final Consumer<Notification> report;
    private final Time time;
    private volatile Rules rules;

    private final KnownInstances instances;
    private final Map<String, Boolean> ours = new HashMap<>();
    private final Set<String> running = new HashSet<>();
    private final List<Due> due = new ArrayList<>();
    private Set<String> missing = Set.of();
    private Deadline nextLook;
    private int looksSinceConnection;
    private long connections;
    private long heard;
    private long looks;
    private Optional<String> blind = Optional.of("nothing was seen yet");
    private volatile State state;

    /**
     * @param host Nova's name of this host
     * @param bootId which boot of this machine sees it
     * @param agents asks guest agents, where the site wants that
     * @param report takes a notification and keeps it; must not wait for the network
     */
    InstanceWatch(
            String host,
            String bootId,
            Hypervisor hypervisor,
            Rules rules,
            Optional<AgentRounds> agents,
            ToldFacts told,
            Consumer<Notification> report,
            Time time) {
        this.host = host;
        this.bootId = bootId;
        this.hypervisor = hypervisor;
        this.rules = rules;
        this.agents = agents;
        this.report = report;
        this.time = time;
        this.nextLook = time.deadlineAfter(rules.lookInterval());
        this.state = new State(blind, 0, 0, 0, 0, 0, nextLook);
        this.instances = new KnownInstances(told, bootId);
    }

    void change(Rules changedRules) {
        rules = changedRules;
    }

    /** Waits for what happens next, for a while, and deals with it. */
    void turn(Duration most) throws InterruptedException {
        Duration left = nextLook.left();
        Optional<Happening> happening = hypervisor.next(left.compareTo(most) < 0 ? left : most);
        for (int count = 0; happening.isPresent(); count++) {
            hear(happening.get());
            happening = count < MOST_AT_ONCE ? hypervisor.next(Duration.ZERO) : Optional.empty();
        }
        if (nextLook.isPast()) {
            look();
        }
        askAgents();
        keepAndTell();
        List<Known> all = instances.all();
        int up = (int) all.stream()
                .filter(known -> known.standing().course() == Course.UP)
                .count();
        state = new State(
                blind, up, all.size(), connections, heard, looks, time.deadlineAfter(most.plus(Duration.ofMinutes(1))));
    }

    private void hear(Happening happening) throws InterruptedException {
        if (happening instanceof Happening.Connected) {
            connections++;
            looksSinceConnection = 0;
            nextLook = time.deadlineAfter(Duration.ZERO);
            log.atInfo().log("Connected to libvirt");
        } else if (happening instanceof Happening.Disconnected disconnected) {
            blind = Optional.of(disconnected.why());
        } else if (happening instanceof Happening.Missed) {
            log.atInfo().log("More has happened than could be taken in; everything is looked at");
            nextLook = time.deadlineAfter(Duration.ZERO);
        } else if (happening instanceof Happening.OfDomain event) {
            heard++;
            judge(event.domain(), event.sign(), event.words(), "event");
        } else {
            throw new AssertionError(happening);
        }
    }

    private void look() throws InterruptedException {
        Sighting sighting = hypervisor.look();
        if (sighting instanceof Sighting.CannotSee cannot) {
            blind = Optional.of(cannot.why());
            nextLook = time.deadlineAfter(SOON);
            return;
        }
        if (!(sighting instanceof Sighting.Domains seen)) {
            throw new AssertionError(sighting);
        }
        looks++;
        blind = Optional.empty();
        nextLook = time.deadlineAfter(
                looksSinceConnection < AFTER_CONNECTION.size()
                        ? AFTER_CONNECTION.get(looksSinceConnection)
                        : rules.lookInterval());
        looksSinceConnection++;
        Set<String> gone = new HashSet<>();
        instances.all().forEach(known -> gone.add(known.domain().uuid()));
        Set<String> there = new HashSet<>();
        for (Sighting.Seen one : seen.all()) {
            there.add(one.domain().uuid());
            judge(one.domain(), one.sign(), one.words(), "look");
        }
        ours.keySet().retainAll(there);
        gone.removeAll(there);
        forget(gone);
        tellWhatIsNotToldYet();
    }

    private void tellWhatIsNotToldYet() {
        for (Known known : instances.all()) {
            rules.judge()
                    .untold(known.standing())
                    .filter(tell -> due.stream().noneMatch(other -> other.isAbout(known, tell.since())))
                    .ifPresent(tell -> due.add(new Due(known.domain(), tell, "look")));
        }
    }

    /** In the second look only: what libvirt has told of its end may still be waiting to be heard. */
    private void forget(Set<String> gone) {
        for (String uuid : gone) {
            if (missing.contains(uuid)) {
                log.atInfo()
                        .addKeyValue("instance", uuid)
                        .log(
                                "{} is no longer on this host",
                                instances.domain(uuid).name());
                instances.forget(uuid);
                running.remove(uuid);
            }
        }
        missing = gone;
    }

    private void judge(Domain domain, Sign sign, String words, String foundBy) throws InterruptedException {
        String uuid = domain.uuid();
        if (uuid.isEmpty() || isOurs(domain).filter(yes -> !yes).isPresent()) {
            return;
        }
        Standing before = instances.standing(uuid);
        Judgement judgement = rules.judge().judge(before, sign, words, time.now());
        Standing after = judgement.standing();
        instances.learn(domain, after);
        note(domain, sign, before, judgement);
        if (sign == Sign.RUNS) {
            running.add(uuid);
        } else if (sign.isState()) {
            running.remove(uuid);
        }
        if (after.course() != before.course() || sign == Sign.AGENT_CONNECTED || sign == Sign.AGENT_DISCONNECTED) {
            agents.ifPresent(rounds -> rounds.forget(uuid));
        }
        if (judgement.verdict() instanceof Verdict.LookSoon && nextLook.left().compareTo(SOON) > 0) {
            nextLook = time.deadlineAfter(SOON);
        } else if (judgement.verdict() instanceof Verdict.Tell tell) {
            due.add(new Due(domain, tell, foundBy));
        }
    }

    /** Nothing if it cannot be found out now; it is asked for again when it matters. */
    private Optional<Boolean> isOurs(Domain domain) throws InterruptedException {
        Whose whose = rules.whose();
        if (whose.watched() == Watched.ALL || whose.isNovasName(domain.name())) {
            return Optional.of(true);
        }
        Boolean known = ours.get(domain.uuid());
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Boolean> found = hypervisor.isNovas(domain);
        found.ifPresent(novas -> {
            ours.put(domain.uuid(), novas);
            if (!novas) {
                log.atInfo()
                        .addKeyValue("instance", domain.uuid())
                        .log("{} is not Nova's and not watched", domain.name());
            }
        });
        return found;
    }

    private static void note(Domain domain, Sign sign, Standing before, Judgement judgement) {
        boolean puzzling = sign == Sign.CONTROL_ERROR || (sign == Sign.STOPPED_UNKNOWN && before.course() == Course.UP);
        if (judgement.standing().course() != before.course() || puzzling) {
            (puzzling ? log.atWarn() : log.atInfo())
                    .addKeyValue("instance", domain.uuid())
                    .log(
                            "{} is {}: {}",
                            domain.name(),
                            judgement.standing().course(),
                            judgement.verdict().why());
        }
    }

    private void askAgents() throws InterruptedException {
        if (agents.isEmpty()) {
            return;
        }
        for (String uuid : agents.get().turn(running)) {
            judge(
                    instances.domain(uuid),
                    Sign.AGENT_SILENT,
                    "its guest agent has answered before and does not any more",
                    "guest agent");
        }
    }

    /** First what is known, so that it is not lost with us; then what follows from it; then that this is done. */
    private void keepAndTell() throws InterruptedException {
        instances.keep();
        for (Due one : due) {
            Optional<Boolean> known = isOurs(one.domain());
            if (known.isEmpty()) {
                continue; // comes again with the next look
            }
            if (known.get()) {
                tell(one);
            }
            settle(one, known.get());
        }
        due.clear();
        instances.keep();
    }

    private void settle(Due one, boolean isOurs) {
        Domain domain = one.domain();
        if (!isOurs) {
            instances.forget(domain.uuid());
            return;
        }
        Standing standing = instances.standing(domain.uuid());
        if (standing.fact()
                .filter(fact -> fact.since().equals(one.tell().since()))
                .isPresent()) {
            instances.learn(domain, standing.kept());
        }
    }

    private void tell(Due one) {
        Verdict.Tell tell = one.tell();
        report.accept(new Notification(
                Notification.Type.VM,
                host,
                tell.since(),
                Map.of(
                        "event", tell.name().event(),
                        "vir_domain_event", tell.name().detail(),
                        "instance_uuid", one.domain().uuid()),
                Map.of(
                        "seen", tell.why(),
                        "seen_at", time.now().toString(),
                        "seen_by_boot", bootId,
                        "found_by", one.foundBy(),
                        "domain", one.domain().name())));
    }

    @Override
    public Vitals vitals() {
        State current = state;
        List<String> troubles = new ArrayList<>();
        hypervisor.trouble().or(current::blind).ifPresent(troubles::add);
        if (current.stale().isPast()) {
            troubles.add("the watching has not turned for a minute");
        }
        return new Vitals(
                troubles,
                Map.of("instances", Integer.toString(current.known()), "instances_up", Integer.toString(current.up())),
                List.of(
                        new Metric("instances_known", "Instances on this host.", current.known()),
                        new Metric("instances_up", "Instances that run or stand still.", current.up()),
                        new Metric(
                                "libvirt_visible",
                                "1 if libvirt is connected and answers.",
                                troubles.isEmpty() ? 1 : 0),
                        new Metric("libvirt_connections_total", "Connections made to libvirt.", current.connections()),
                        new Metric("libvirt_events_total", "Events heard from libvirt.", current.events()),
                        new Metric("libvirt_looks_total", "Looks at all domains.", current.looks())));
    }
}
