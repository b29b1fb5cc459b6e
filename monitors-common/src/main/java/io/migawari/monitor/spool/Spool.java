// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.SpoolSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notifications that the controller does not have yet, in their order, on disk. What {@link #append} has called
 * {@link Kept#ON_DISK} survives SIGKILL and the loss of power.
 *
 * <p>When it is full, room is made by dropping what is superseded: an older notification with a younger one about the same
 * subject behind it. Recovery works from the newest state of a host, so the older one has the least to say; dropping the
 * oldest instead would lose hosts about which nothing else is known. If nothing is superseded, the new one stays in memory
 * until there is room, and the newest notification about any subject is never dropped. The same holds when the disk
 * fails: then notifications are delivered from memory, because a host's death must not wait for somebody to mend a disk.
 *
 * <p>Safe for any thread. Only the disk is waited for, and it not for long ({@link PatientDisk}).
 */
public final class Spool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Spool.class);

    private static final Duration DISK_PATIENCE = Duration.ofSeconds(2);
    private static final String SUFFIX = ".json";

    /** Where an appended notification is kept. */
    public enum Kept {
        ON_DISK,
        /** The disk failed or is full; said so in the log and in {@link #state()}. It is tried again. */
        IN_MEMORY
    }

    /** A notification in the spool. Compared by identity. */
    static final class Entry {

        private final String name;
        private final Notification notification;
        private final byte[] content;
        private boolean onDisk;
        private boolean underWay;

        private Entry(String name, Notification notification, byte[] content) {
            this.name = name;
            this.notification = notification;
            this.content = content;
        }

        Notification notification() {
            return notification;
        }
    }

    /**
     * How the spool does.
     *
     * @param alarm what a person should look at
     */
    public record State(
            int waiting,
            int onlyInMemory,
            long bytesOnDisk,
            long appended,
            long delivered,
            long refused,
            long superseded,
            long corrupt,
            Optional<String> alarm) {}

    private final SpoolSettings settings;
    private final SpoolDisk disk;
    private final List<AutoCloseable> closeables;

    /** By sequence number. */
    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    private final Set<String> toRemove = new TreeSet<>();
    private long next = 1;
    private long bytesOnDisk;
    private int filesOnDisk;
    private long appended;
    private long delivered;
    private long refused;
    private long superseded;
    private long corrupt;
    private Optional<String> diskTrouble = Optional.empty();
    private boolean full;
    private Runnable wake = () -> {};

    private Spool(SpoolSettings settings, SpoolDisk disk, List<AutoCloseable> closeables) {
        this.settings = settings;
        this.disk = disk;
        this.closeables = closeables;
    }

    /** @throws IOException if the directory cannot be used; what is wrong with single files is only reported */
    public static Spool open(SpoolSettings settings) throws IOException {
        var directory = SpoolDirectory.open(settings.directory());
        var disk = new PatientDisk(directory, DISK_PATIENCE);
        return open(settings, disk, List.of(disk, directory));
    }

    static Spool open(SpoolSettings settings, SpoolDisk disk, List<AutoCloseable> closeables) throws IOException {
        var spool = new Spool(settings, disk, closeables);
        spool.load();
        return spool;
    }

    private void load() throws IOException {
        for (String name : disk.names()) {
            if (!name.matches("\\d{19}-.+\\" + SUFFIX)) {
                continue; // not ours, such as the facts that were told
            }
            long number = Long.parseLong(name.substring(0, 19));
            next = Math.max(next, number + 1);
            try {
                byte[] content = disk.read(name);
                var entry = new Entry(name, SpoolRecord.read(content), content);
                entry.onDisk = true;
                entries.put(number, entry);
                filesOnDisk++;
                bytesOnDisk += content.length;
            } catch (IOException e) {
                setCorruptAside(name, e);
            }
        }
        if (!entries.isEmpty()) {
            log.atInfo().addKeyValue("waiting", entries.size()).log("Notifications of an earlier run are waiting");
        }
    }

    private void setCorruptAside(String name, IOException why) {
        corrupt++;
        log.atError()
                .addKeyValue("file", name)
                .log("A spooled notification cannot be read and is set aside: {}", why.getMessage());
        try {
            disk.setAside(name, "corrupt", why.getMessage() == null ? why.toString() : why.getMessage());
        } catch (IOException e) {
            log.atError().addKeyValue("file", name).log("It cannot be set aside either: {}", e.getMessage());
        }
    }

    /** @param wake called after each {@link #append}, for who delivers */
    synchronized void onAppend(Runnable wake) {
        this.wake = wake;
    }

    /**
     * Takes a notification in, to be delivered after all earlier ones of its host. One that is equal in all but its
     * evidence to one that waits already is that one.
     */
    public Kept append(Notification notification) {
        Runnable waker;
        Kept kept;
        synchronized (this) {
            Optional<Entry> same = entries.values().stream()
                    .filter(entry -> entry.notification.id().equals(notification.id()))
                    .findFirst();
            if (same.isPresent()) {
                return same.get().onDisk ? Kept.ON_DISK : Kept.IN_MEMORY;
            }
            appended++;
            long number = next++;
            var entry = new Entry(
                    String.format("%019d-%s%s", number, notification.host(), SUFFIX),
                    notification,
                    SpoolRecord.write(notification));
            entries.put(number, entry);
            kept = save(entry) ? Kept.ON_DISK : Kept.IN_MEMORY;
            if (kept == Kept.IN_MEMORY) {
                dropSupersededInMemory();
            }
            waker = wake;
        }
        waker.run();
        return kept;
    }

    /** Tries again what the disk did not do; called by who delivers, now and then. */
    synchronized void catchUp() {
        for (String name : List.copyOf(toRemove)) {
            remove(name);
        }
        for (Entry entry : List.copyOf(entries.values())) {
            if (!entry.onDisk && !save(entry)) {
                return;
            }
        }
        full = false;
    }

    /** The next one of each host, in the order of their arrival. */
    synchronized List<Entry> heads() {
        Map<String, Entry> heads = new LinkedHashMap<>();
        entries.values().forEach(entry -> heads.putIfAbsent(entry.notification.host(), entry));
        return new ArrayList<>(heads.values());
    }

    synchronized void beginDelivery(Entry entry) {
        entry.underWay = true;
    }

    synchronized void notDelivered(Entry entry) {
        entry.underWay = false;
    }

    synchronized void delivered(Entry entry) {
        delivered++;
        forget(entry);
        remove(entry.name);
    }

    /** Keeps the notification and the answer for a person to read, and delivers the next one. */
    synchronized void refused(Entry entry, String answer) {
        refused++;
        forget(entry);
        try {
            if (!entry.onDisk) {
                disk.write(entry.name, entry.content);
            }
            disk.setAside(entry.name, "refused", answer);
        } catch (IOException e) {
            diskFailed(e);
            remove(entry.name);
        }
    }

    public synchronized State state() {
        int inMemory = (int) entries.values().stream().filter(e -> !e.onDisk).count();
        Optional<String> alarm = diskTrouble
                .map(trouble -> "the spool's disk fails: " + trouble)
                .or(() -> full && inMemory > 0
                        ? Optional.of("the spool is full; " + inMemory + " notifications are in memory only")
                        : Optional.empty())
                .or(() -> corrupt > 0
                        ? Optional.of(corrupt + " spooled notifications could not be read; see corrupt/ in "
                                + settings.directory())
                        : Optional.empty());
        return new State(
                entries.size(), inMemory, bytesOnDisk, appended, delivered, refused, superseded, corrupt, alarm);
    }

    private boolean save(Entry entry) {
        if (!makeRoom(entry.content.length)) {
            if (!full) {
                full = true;
                log.atError()
                        .addKeyValue("waiting", entries.size())
                        .log("The spool is full and nothing in it is superseded; new notifications stay in memory");
            }
            return false;
        }
        try {
            disk.write(entry.name, entry.content);
        } catch (IOException e) {
            diskFailed(e);
            return false;
        }
        entry.onDisk = true;
        filesOnDisk++;
        bytesOnDisk += entry.content.length;
        if (diskTrouble.isPresent()) {
            diskTrouble = Optional.empty();
            log.atInfo().log("The spool's disk works again");
        }
        return true;
    }

    private void diskFailed(IOException e) {
        String words = e.getMessage() == null ? e.toString() : e.getMessage();
        if (diskTrouble.isEmpty()) {
            log.atError().log("The spool cannot be written; notifications are delivered from memory: {}", words);
        }
        diskTrouble = Optional.of(words);
    }

    private boolean makeRoom(int bytes) {
        while (filesOnDisk + 1 > settings.mostNotifications()
                || bytesOnDisk + bytes > settings.mostKilobytes() * 1024L) {
            Optional<Entry> drop = oldestSuperseded(true);
            if (drop.isEmpty()) {
                return false;
            }
            drop(drop.get());
        }
        return true;
    }

    /** Memory holds the newest of each subject only, so it is bounded by what there is to watch. */
    private void dropSupersededInMemory() {
        for (Optional<Entry> drop = oldestSuperseded(false); drop.isPresent(); drop = oldestSuperseded(false)) {
            drop(drop.get());
        }
    }

    private Optional<Entry> oldestSuperseded(boolean onDisk) {
        Map<String, Entry> newest = new HashMap<>();
        entries.values().forEach(entry -> newest.put(entry.notification.subject(), entry));
        return entries.values().stream()
                .filter(entry -> entry.onDisk == onDisk && !entry.underWay)
                .filter(entry -> newest.get(entry.notification.subject()) != entry)
                .findFirst();
    }

    private void drop(Entry entry) {
        superseded++;
        log.atWarn()
                .addKeyValue("notification", entry.notification.id())
                .addKeyValue("subject", entry.notification.subject())
                .log("Dropped to make room: a newer notification about the same is waiting as well");
        forget(entry);
        remove(entry.name);
    }

    private void forget(Entry entry) {
        entries.values().remove(entry);
        if (entry.onDisk) {
            filesOnDisk--;
            bytesOnDisk -= entry.content.length;
        }
    }

    /** Also what was never written for all we know: a disk that was given up may have written it later. */
    private void remove(String name) {
        try {
            disk.remove(name);
            toRemove.remove(name);
        } catch (IOException e) {
            toRemove.add(name);
            diskFailed(e);
        }
    }

    /** The disk that it is on, for {@link ToldFacts}. */
    SpoolDisk disk() {
        return disk;
    }

    @Override
    public void close() {
        for (AutoCloseable closeable : closeables) {
            try {
                closeable.close();
            } catch (Exception e) {
                log.atInfo().log("The spool was not closed cleanly: {}", e.toString());
            }
        }
    }
}
