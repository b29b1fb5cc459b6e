// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.hostmonitor.membership.Fencing;
import io.migawari.hostmonitor.membership.Sighting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterViewTest {

    private static String standings(Sighting.Partition partition) {
        return partition.hosts().values().stream()
                .map(host -> host.standing().name())
                .collect(Collectors.joining(" "));
    }

    /** Every state of the real cluster that its tools can show, row by row: compute1 to 3, then remote1 and 2. */
    @ParameterizedTest
    @CsvSource({
        "01-all-online, compute1, true, ONLINE ONLINE ONLINE",
        "01-all-online-not-dc, compute3, true, ONLINE ONLINE ONLINE",
        "02-standby, compute1, true, ONLINE STANDBY ONLINE",
        "03-maintenance-node, compute1, true, ONLINE MAINTENANCE ONLINE",
        "04-maintenance-cluster, compute1, true, ONLINE ONLINE ONLINE",
        "05-pacemaker-stopped-seen-by-peer, compute1, true, ONLINE STOPPED_CLEANLY ONLINE",
        "06-corosync-stopped-seen-by-peer, compute1, true, ONLINE STOPPED_CLEANLY ONLINE",
        "08-crash-unclean, compute1, true, ONLINE UNREACHABLE ONLINE",
        "08-crash-unclean-fencing-failed, compute1, true, ONLINE UNREACHABLE ONLINE",
        "09-crash-fenced, compute1, true, ONLINE FENCED ONLINE",
        "10-back-online, compute1, true, ONLINE ONLINE ONLINE",
        "11-partition-majority, compute1, true, ONLINE ONLINE UNREACHABLE",
        "11-partition-minority, compute3, false, UNREACHABLE UNREACHABLE ONLINE",
        "12-healed-unfenced, compute1, true, ONLINE ONLINE ONLINE",
        "13-crash-no-stonith, compute1, true, ONLINE LOST_WITHOUT_FENCING ONLINE",
        "14-quorum-lost-no-stonith, compute1, false, ONLINE LOST_WITHOUT_FENCING LOST_WITHOUT_FENCING",
        "15-corosync-killed-seen-by-peer, compute1, true, ONLINE UNREACHABLE ONLINE",
        "16-remote-online, compute1, true, ONLINE ONLINE ONLINE ONLINE ONLINE",
        "16-remote-online-seen-on-remote, remote1, true, ONLINE ONLINE ONLINE ONLINE ONLINE",
        "17-remote-crash-unclean, compute1, true, ONLINE ONLINE ONLINE ONLINE UNREACHABLE",
        "18-remote-dead-unfenced-shown-online, compute1, true, ONLINE ONLINE ONLINE ONLINE UNREACHABLE",
        "19-remote-crash-fenced, compute1, true, ONLINE ONLINE ONLINE ONLINE FENCED",
    })
    void everyStateOfTheRealClusterIsToldApart(String sample, String self, boolean quorate, String standings) {
        assertThat(Sample.seen(sample, self)).isInstanceOfSatisfying(Sighting.Partition.class, partition -> {
            assertThat(standings(partition)).isEqualTo(standings);
            assertThat(partition.quorate()).isEqualTo(quorate);
            assertThat(partition.handsOff()).isEqualTo(sample.equals("04-maintenance-cluster"));
            assertThat(partition.fencingEnabled()).isEqualTo(!sample.contains("no-stonith"));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "05-pacemaker-stopped-local, Not connected (102)",
        "06-corosync-stopped-local, Not connected (102)",
        "15-corosync-killed-local, crm_mon reports errors",
    })
    void aStackThatIsDownHereShowsNothing(String sample, String why) {
        assertThatThrownBy(() -> CrmMon.parse(Sample.mon(sample)))
                .isInstanceOf(UnreadableException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFencingIsTakenWithItsTimeAndTheHostThatDidIt() {
        var partition = (Sighting.Partition) Sample.seen("09-crash-fenced", "compute1");
        assertThat(partition.hosts().get("compute2").lastFencing())
                .contains(new Fencing("off", Instant.parse("2026-11-20T22:06:20Z"), "compute3"));
        var remote = (Sighting.Partition) Sample.seen("19-remote-crash-fenced", "compute1");
        assertThat(remote.hosts().get("remote2").lastFencing())
                .contains(new Fencing("off", Instant.parse("2026-11-20T22:20:03Z"), "compute1"));
    }

    /** Stopped in good order a day after it was fenced: the old fencing is still in the history and proves nothing. */
    @Test
    void aCleanStopAfterAnOldFencingIsNoProofOfDeath() throws UnreadableException {
        String mon = Sample.mon("06-corosync-stopped-seen-by-peer").replace("</pacemaker-result>", """
                        <fence_history><fence_event action="off" target="compute2" status="success"
                        delegate="compute3" completed="2026-11-19 10:00:00Z"/></fence_history></pacemaker-result>""");

        var partition = (Sighting.Partition) ClusterView.of(
                "compute1", CrmMon.parse(mon), Cib.parse(Sample.cib("06-corosync-stopped-seen-by-peer")));

        assertThat(standings(partition)).isEqualTo("ONLINE STOPPED_CLEANLY ONLINE");
    }

    @Test
    void bothToolsMustSayThatThereIsAQuorum() throws UnreadableException {
        String cib = Sample.cib("01-all-online").replaceFirst("have-quorum=\"1\"", "have-quorum=\"0\"");
        String mon = Sample.mon("01-all-online").replace("with_quorum=\"true\"", "with_quorum=\"false\"");

        for (Sighting sighting : List.of(
                ClusterView.of("compute1", CrmMon.parse(Sample.mon("01-all-online")), Cib.parse(cib)),
                ClusterView.of("compute1", CrmMon.parse(mon), Cib.parse(Sample.cib("01-all-online"))))) {
            assertThat(((Sighting.Partition) sighting).quorate()).isFalse();
        }
    }

    @Test
    void newerPacemakersWriteTimesInThePlaceOfYesAndNo() throws UnreadableException {
        String cib = Sample.cib("08-crash-unclean")
                .replace("in_ccm=\"true\" crmd=\"online\"", "in_ccm=\"1795213203\" crmd=\"1795213205\"")
                .replace("in_ccm=\"false\" crmd=\"offline\"", "in_ccm=\"0\" crmd=\"0\"");

        var partition = (Sighting.Partition)
                ClusterView.of("compute1", CrmMon.parse(Sample.mon("08-crash-unclean")), Cib.parse(cib));

        assertThat(standings(partition)).isEqualTo("ONLINE UNREACHABLE ONLINE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "with_quorum=\"true\" | with_quorum=\"maybe\" | expected true or false",
                "with_quorum=\"true\" | x=\"\" | has no attribute with_quorum",
                "<nodes> | <nodez> | not XML",
                "<current_dc present=\"true\" | <current_dc present=\"false\" | no designated controller",
                "<cluster_options | <cluster_opt | no cluster_options",
                "name=\"compute2\" id=\"2\" online=\"true\" | name=\"compute2\" online=\"1\" | expected true or false",
                "name=\"compute2\" id=\"2\" online | name=\"compute1\" id=\"2\" online | two nodes are called compute1",
                "<status code=\"0\" | <status code=\"1\" | OK (1)",
                "<pacemaker-result | <!DOCTYPE a SYSTEM \"file:///etc/passwd\"><pacemaker-result | document type",
                "<pacemaker-result | <!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><pacemaker-result | document type",
            })
    void whatIsNotAsItShouldBeIsNamed(String what, String with, String why) {
        String mon = Sample.mon("01-all-online").replaceFirst(java.util.regex.Pattern.quote(what), with);

        assertThatThrownBy(() -> CrmMon.parse(mon))
                .isInstanceOf(UnreadableException.class)
                .hasMessageContaining(why);
    }

    /** Bytes changed, cut, doubled: a clear error or a sighting, never another exception. */
    @Test
    void nothingButAClearErrorComesOutOfBadInput() {
        var random = new Random(42);
        List<String> corpus = new ArrayList<>();
        Sample.names().forEach(name -> corpus.add(Sample.mon(name)));
        List<String> cibs = Sample.names().stream()
                .filter(name -> !name.contains("local"))
                .map(Sample::cib)
                .toList();
        int readable = 0;
        for (int i = 0; i < 6000; i++) {
            String mon = mutated(corpus.get(random.nextInt(corpus.size())), random);
            String cib = mutated(cibs.get(random.nextInt(cibs.size())), random);
            try {
                Sighting sighting = ClusterView.of("compute1", CrmMon.parse(mon), Cib.parse(cib));
                assertThat(sighting).isNotNull();
                readable++;
            } catch (UnreadableException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(readable)
                .as("the changes are not so wild that nothing is reached")
                .isGreaterThan(100);
    }

    private static String mutated(String text, Random random) {
        var changed = new StringBuilder(text);
        for (int edits = random.nextInt(4); edits > 0 && changed.length() > 10; edits--) {
            int at = random.nextInt(changed.length() - 8);
            switch (random.nextInt(6)) {
                case 0 -> changed.setCharAt(at, (char) random.nextInt(128));
                case 1 -> changed.delete(at, at + 1 + random.nextInt(7));
                case 2 -> changed.insert(at, changed.substring(at, at + 8));
                case 3 -> changed.setLength(at + 1);
                case 4 -> {
                    int quote = changed.indexOf("\"", at);
                    int end = quote < 0 ? -1 : changed.indexOf("\"", quote + 1);
                    if (end > 0) {
                        String[] values = {"true", "false", "", "0", "99999999999999999999", "-1", "\u0000", "&x;", "é"
                        };
                        changed.replace(quote + 1, end, values[random.nextInt(values.length)]);
                    }
                }
                default -> changed.insert(at, "<node a='b'>");
            }
        }
        return changed.toString();
    }

    private static Commands.Result toolsIn(String sample, List<String> command) {
        return new Commands.Result(
                0,
                switch (command.get(0)) {
                    case "crm_mon" -> Sample.mon(sample);
                    case "cibadmin" -> Sample.cib(sample);
                    default -> "compute1\n";
                });
    }

    @Test
    void aGlanceAsksForTheCibAloneAsLongAsItIsTheSame() throws InterruptedException {
        List<String> asked = new ArrayList<>();
        var sample = new AtomicReference<>("01-all-online");
        var membership = answering((command, most) -> {
            asked.add(command.get(0));
            return toolsIn(sample.get(), command);
        });
        Sighting first = membership.look();
        asked.clear();
        for (int i = 0; i < 5; i++) {
            assertThat(membership.glance()).isEqualTo(first);
        }
        assertThat(asked).containsOnly("cibadmin").hasSize(5);

        asked.clear();
        membership.glance();
        assertThat(asked).as("now and then all the same").containsExactly("cibadmin", "crm_mon");

        sample.set("08-crash-unclean");
        assertThat(membership.glance()).isEqualTo(Sample.seen("08-crash-unclean", "compute1"));
        asked.clear();
        membership.look();
        assertThat(asked).as("a look is never less").containsExactly("cibadmin", "crm_mon");
    }

    @Test
    void afterTroubleAGlanceIsALook() throws InterruptedException {
        var away = new AtomicBoolean();
        var membership = answering(
                (command, most) -> away.get() ? new Commands.Result(102, "") : toolsIn("01-all-online", command));
        membership.look();
        away.set(true);
        assertThat(membership.glance()).isInstanceOf(Sighting.CannotSee.class);
        away.set(false);
        assertThat(membership.glance()).isEqualTo(Sample.seen("01-all-online", "compute1"));
    }

    private static PacemakerMembership answering(Commands commands) {
        return new PacemakerMembership(Optional.empty(), Duration.ofSeconds(1), commands);
    }

    @Test
    void anyTroubleWithTheToolsIsNotSeeingAndNotDeath() throws InterruptedException {
        assertThat(answering((command, most) -> new Commands.Result(102, "")).look())
                .isEqualTo(
                        new Sighting.CannotSee("cibadmin ends with 102 (not connected: does the cluster run here?)"));
        assertThat(answering((command, most) -> {
                            throw new IOException("crm_mon has not answered within 1000 ms");
                        })
                        .look())
                .isEqualTo(new Sighting.CannotSee("crm_mon has not answered within 1000 ms"));
        assertThat(answering((command, most) -> new Commands.Result(0, "")).look())
                .isInstanceOf(Sighting.CannotSee.class);
        assertThat(answering((command, most) -> new Commands.Result(
                                0,
                                switch (command.get(0)) {
                                    case "crm_mon" -> Sample.mon("09-crash-fenced");
                                    case "cibadmin" -> Sample.cib("09-crash-fenced");
                                    default -> "compute3\n";
                                }))
                        .look())
                .isEqualTo(Sample.seen("09-crash-fenced", "compute3"));
    }

    @Test
    void aToolThatNeverReturnsIsKilled() throws Exception {
        var commands = new LocalCommands();
        long start = System.nanoTime();

        assertThatThrownBy(() -> commands.run(List.of("sleep", "1000.25"), Duration.ofMillis(300)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sleep has not answered within 300 ms");
        assertThatThrownBy(() -> commands.run(List.of("sh", "-c", "sleep 1000.25; true"), Duration.ofMillis(300)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> commands.run(List.of("no-such-tool"), Duration.ofMillis(300)))
                .isInstanceOf(IOException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(ProcessHandle.current()
                                .descendants()
                                .filter(p -> p.info().commandLine().orElse("").contains("1000.25")))
                        .isEmpty());
        assertThat(commands.run(List.of("sh", "-c", "echo a; exit 3"), Duration.ofSeconds(20)))
                .isEqualTo(new Commands.Result(3, "a\n"));
    }
}
