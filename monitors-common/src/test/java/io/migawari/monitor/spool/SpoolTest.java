// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.SpoolSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir
    private Path directory;

    private final FaultyDisk disk = new FaultyDisk();

    private Spool open() throws IOException {
        return Spool.open(new SpoolSettings(directory, 1000, 1000));
    }

    private Spool inMemory(int most) throws IOException {
        return Spool.open(new SpoolSettings(directory, most, 1000), disk, List.of());
    }

    private static List<Notification> all(Spool spool) {
        List<Notification> all = new java.util.ArrayList<>();
        while (!spool.heads().isEmpty()) {
            Spool.Entry head = spool.heads().get(0);
            all.add(head.notification());
            spool.delivered(head);
        }
        return all;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatWasAppendedIsThereAfterARestartInItsOrder() throws IOException {
        var one = Report.stopped("compute2", 1);
        var two = Report.stopped("compute3", 2);
        var three = Report.started("compute2", 3);
        try (Spool spool = open()) {
            assertThat(spool.append(one)).isEqualTo(Spool.Kept.ON_DISK);
            spool.append(two);
            spool.append(three);
        }
        try (Spool spool = open()) {
            assertThat(all(spool)).containsExactly(one, two, three);
            spool.append(Report.stopped("compute4", 4));
        }
        try (Spool spool = open()) {
            assertThat(all(spool)).containsExactly(Report.stopped("compute4", 4));
        }
        assertThat(files()).containsExactly(".lock");
    }

    @Test
    void theSameFactIsInItOnce() throws IOException {
        try (Spool spool = open()) {
            spool.append(Report.stopped("compute2", 1));
            var again = Report.stopped("compute2", 1);
            spool.append(new Notification(
                    again.type(), again.host(), again.generatedTime(), again.payload(), Map.of("seen_by", "compute3")));
            spool.append(Report.stopped("compute2", 2));

            assertThat(spool.state().waiting()).isEqualTo(2);
        }
    }

    @Test
    void aDamagedFileIsSetAsideWithAWordOnWhyAndTheRestIsDelivered() throws IOException {
        try (Spool spool = open()) {
            for (int i = 0; i < 5; i++) {
                spool.append(Report.stopped("compute" + i, i));
            }
        }
        List<String> names = files().stream().filter(n -> n.endsWith(".json")).toList();
        byte[] whole = Files.readAllBytes(directory.resolve(names.get(0)));
        Files.write(directory.resolve(names.get(0)), java.util.Arrays.copyOf(whole, whole.length / 2));
        Files.write(directory.resolve(names.get(1)), new byte[0]);
        Files.writeString(
                directory.resolve(names.get(2)),
                Files.readString(directory.resolve(names.get(2))).replace("STOPPED", "STARTED"));
        Files.write(directory.resolve(names.get(3)), new byte[] {(byte) 0xff, 0, '\n', 1, '\n'});
        Files.writeString(directory.resolve(".half-written-" + names.get(4)), "half");

        try (Spool spool = open()) {
            assertThat(spool.state().corrupt()).isEqualTo(4);
            assertThat(spool.state().alarm())
                    .hasValueSatisfying(
                            words -> assertThat(words).contains("4 spooled notifications could not be read"));
            assertThat(all(spool)).containsExactly(Report.stopped("compute4", 4));
        }
        assertThat(directory.resolve("corrupt").resolve(names.get(2) + ".why")).hasContent("the checksum is wrong");
        assertThat(directory.resolve("corrupt").resolve(names.get(0))).exists();
        assertThat(files()).containsExactly(".lock", "corrupt");
    }

    @Test
    void aSpoolHasOneOwner() throws IOException {
        try (Spool spool = open()) {
            assertThat(spool.state().waiting()).isZero();
            assertThatThrownBy(this::open).hasMessageContaining("is in use by another monitor");
        }
        open().close();
    }

    @Test
    void aFullSpoolGivesUpWhatIsSupersededFirstOldestFirst() throws IOException {
        Spool spool = inMemory(10);
        for (int i = 0; i < 5; i++) {
            spool.append(Report.stopped("compute" + i, i));
        }
        for (int i = 0; i < 5; i++) {
            spool.append(Report.started("compute" + i, 10 + i));
        }
        spool.append(Report.stopped("compute7", 20));
        spool.append(Report.stopped("compute8", 21));

        assertThat(spool.state().superseded()).isEqualTo(2);
        assertThat(disk.files).hasSize(10);
        assertThat(all(spool))
                .doesNotContain(Report.stopped("compute0", 0), Report.stopped("compute1", 1))
                .contains(Report.stopped("compute2", 2), Report.started("compute0", 10))
                .contains(Report.stopped("compute7", 20), Report.stopped("compute8", 21));
    }

    @Test
    void theNewestAboutEachSubjectIsNeverDroppedHoweverFullItIs() throws IOException {
        Spool spool = inMemory(10);
        for (int i = 0; i < 25; i++) {
            spool.append(Report.instance("compute1", i));
        }

        assertThat(disk.files).hasSize(10);
        assertThat(spool.state().alarm()).contains("the spool is full; 15 notifications are in memory only");
        for (int i = 0; i < 12; i++) {
            spool.delivered(spool.heads().get(0));
        }
        spool.catchUp();
        assertThat(disk.files).as("there is room again").hasSize(10);
        for (int i = 0; i < 3; i++) {
            spool.delivered(spool.heads().get(0));
        }
        spool.catchUp();
        assertThat(spool.state().alarm()).isEmpty();
        assertThat(all(spool))
                .containsExactlyElementsOf(java.util.stream.IntStream.range(15, 25)
                        .mapToObj(i -> Report.instance("compute1", i))
                        .toList());
        assertThat(disk.files).isEmpty();
    }

    @Test
    void whatIsOnItsWayIsNotDropped() throws IOException {
        Spool spool = inMemory(10);
        for (int i = 0; i < 5; i++) {
            spool.append(Report.stopped("compute" + i, i));
            spool.append(Report.started("compute" + i, 10 + i));
        }
        spool.beginDelivery(spool.heads().get(0));
        spool.append(Report.stopped("compute7", 20));

        assertThat(all(spool)).contains(Report.stopped("compute0", 0)).doesNotContain(Report.stopped("compute1", 1));
    }

    @Test
    void aDiskThatFailsIsAnAlarmAndNothingIsLost() throws IOException {
        Spool spool = inMemory(100);
        spool.append(Report.stopped("compute2", 1));
        disk.full = true;

        assertThat(spool.append(Report.stopped("compute3", 2))).isEqualTo(Spool.Kept.IN_MEMORY);
        assertThat(spool.state().alarm()).contains("the spool's disk fails: No space left on device");
        Spool.Entry first = spool.heads().get(0);
        spool.delivered(first);
        assertThat(disk.files).as("cannot be removed yet").hasSize(1);
        assertThat(spool.heads())
                .extracting(Spool.Entry::notification)
                .as("deliverable from memory")
                .containsExactly(Report.stopped("compute3", 2));

        disk.full = false;
        spool.catchUp();
        assertThat(spool.state().alarm()).isEmpty();
        assertThat(disk.files).hasSize(1);
        assertThat(disk.text(disk.files.firstKey())).contains("compute3");
    }

    @Test
    void memoryIsBoundedByTheNumberOfSubjectsWhileTheDiskFails() throws IOException {
        Spool spool = inMemory(100);
        disk.full = true;
        for (int i = 0; i < 500; i++) {
            spool.append(i % 2 == 0 ? Report.stopped("compute2", i) : Report.started("compute2", i));
        }

        assertThat(spool.state().waiting()).isEqualTo(1);
        assertThat(all(spool)).containsExactly(Report.started("compute2", 499));
    }

    @Test
    void whatIsRefusedIsKeptWithTheAnswer() throws IOException {
        Spool spool = inMemory(100);
        spool.append(Report.stopped("compute2", 1));
        String name = disk.files.firstKey();
        spool.refused(spool.heads().get(0), "400 no such host");

        assertThat(disk.aside).containsEntry("refused/" + name, "400 no such host");
        assertThat(spool.state().refused()).isEqualTo(1);
        assertThat(spool.heads()).isEmpty();
    }

    @Test
    void onlyTheNewestHundredAreSetAside() throws IOException {
        try (Spool spool = open()) {
            for (int i = 0; i < 105; i++) {
                spool.append(Report.stopped("compute2", i));
                spool.refused(spool.heads().get(0), "400");
            }
        }
        try (Stream<Path> files = Files.list(directory.resolve("refused"))) {
            assertThat(files).hasSizeBetween(190, 200);
        }
        assertThat(directory.resolve("refused").resolve("0000000000000000105-compute2.json"))
                .exists();
    }

    @Test
    @Timeout(20)
    void aDiskThatHangsIsNotWaitedForWithoutEnd() throws Exception {
        var mended = new CountDownLatch(1);
        var hanging = new FaultyDisk();
        try (var patient = new PatientDisk(new HangingDisk(hanging, mended), Duration.ofMillis(100))) {
            Spool spool = Spool.open(new SpoolSettings(directory, 100, 100), patient, List.of());

            assertThat(spool.append(Report.stopped("compute2", 1))).isEqualTo(Spool.Kept.IN_MEMORY);
            assertThat(spool.append(Report.stopped("compute3", 2))).isEqualTo(Spool.Kept.IN_MEMORY);
            assertThat(spool.state().alarm()).contains("the spool's disk fails: the disk hangs");
            spool.delivered(spool.heads().get(0));

            mended.countDown();
            org.awaitility.Awaitility.await().untilAsserted(() -> {
                spool.catchUp();
                assertThat(spool.state().alarm()).isEmpty();
                assertThat(hanging.files).as("the late one was removed").hasSize(1);
            });
        }
    }

    /** The first write does not return before it is mended; then it has happened after all. */
    private record HangingDisk(FaultyDisk disk, CountDownLatch mended) implements SpoolDisk {

        @Override
        public List<String> names() {
            return disk.names();
        }

        @Override
        public byte[] read(String name) {
            return disk.read(name);
        }

        @Override
        public void write(String name, byte[] content) throws IOException {
            try {
                mended.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            disk.write(name, content);
        }

        @Override
        public void remove(String name) throws IOException {
            disk.remove(name);
        }

        @Override
        public void setAside(String name, String folder, String why) throws IOException {
            disk.setAside(name, folder, why);
        }
    }
}
