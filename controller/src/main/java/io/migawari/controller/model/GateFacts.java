// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/**
 * What an operator may rely on at a gate, beside {@linkplain Gate.Kind#nextStep() what he can do}. docs/gates.md shows it.
 *
 * @param shutBy what shuts it
 * @param input what has to be known for that
 * @param withoutInput what happens as long as that is not known
 * @param openedBy what opens it besides a person's approval
 */
public record GateFacts(String shutBy, String input, String withoutInput, String openedBy) {

    private static final String WAITS = "waits at `cloud_unreadable`";

    public static GateFacts of(Gate.Kind kind) {
        return switch (kind) {
            case NO_PROOF ->
                new GateFacts(
                        "a host is reported as stopped, nothing proves that it is off, and no device can switch it off",
                        "the incident's evidence; the readings of the host's fencing devices",
                        "shut: not known is not off",
                        "a proof that comes in: a fencing by the cluster, a power that reads as off, `confirm-dead`");
            case HOST_ALIVE ->
                new GateFacts(
                        "a heartbeat of nova-compute, or a sign of life of one of the host's own monitors, that is later "
                                + "than the newest word of its death",
                        "Nova's list of services; the signs of life",
                        "open: a host that says nothing is not alive for that. Other gates and the proof still count; "
                                + "of Nova, see `cloud_unreadable`",
                        "a newer word of its death, `confirm-dead` among them");
            case HOST_BACK ->
                new GateFacts(
                        "a heartbeat of the failed host's nova-compute that is later than the newest word of its death, while "
                                + "Nova shows instances as running there that have not been moved yet",
                        "Nova's list of services, and its view of the instances",
                        WAITS,
                        "Nova shows them as off, for which the host's nova-compute may need ten minutes, or elsewhere; a newer "
                                + "word of the host's death, `confirm-dead` among them");
            case SEGMENT_DISABLED ->
                new GateFacts(
                        "the segment was disabled before the recovery had begun",
                        "the segment",
                        "nothing is decided at all while the database is away",
                        "the segment is enabled");
            case NOT_DOWN ->
                new GateFacts(
                        "Nova's word is taken for a proof here (`nova-down`), and it calls the host up, or down for too short; "
                                + "or the host is dead by the mere word of a person or of a monitor of Masakari, and was "
                                + "heard of less than `fence-after` ago",
                        "Nova's list of services; the signs of life",
                        WAITS,
                        "Nova calls it down for long enough, nothing was heard of it for `fence-after`, or a better proof "
                                + "comes in");
            case UNKNOWN_TO_NOVA ->
                new GateFacts(
                        "Nova has no nova-compute on a host of that name",
                        "Nova's list of services",
                        WAITS,
                        "it has one");
            case CLOUD_UNREADABLE ->
                new GateFacts(
                        "Nova or Keystone gives no answer that could be relied on",
                        "the answers themselves",
                        "shut: this is the gate for it",
                        "they answer");
            case NO_DESTINATION ->
                new GateFacts(
                        "no host is there that an instance could go to",
                        "Nova's list of services; the segment's hosts",
                        WAITS,
                        "a host becomes free, is enabled or added; given up after `give-up-after`");
            case DESTINATION_UNPROVEN ->
                new GateFacts(
                        "an evacuation is under way to a host that may have died, too",
                        "Nova's list of services; the incident of that host",
                        WAITS,
                        "the destination lives, or its death is proved");
            case OVERDUE ->
                new GateFacts(
                        "an evacuation takes longer than `overdue-after`",
                        "Nova's records of evacuations",
                        WAITS,
                        "it ends");
            case HOST_FAILED ->
                new GateFacts(
                        "the host of an instance or a process has an open incident of its own",
                        "the open incidents",
                        "nothing is decided at all while the database is away",
                        "that incident ends");
            case HOST_DOWN ->
                new GateFacts(
                        "Nova calls the host of an instance down, and nobody has reported it",
                        "Nova's list of services",
                        WAITS,
                        "it is up, or reported");
            case HYPERVISOR_AWAY ->
                new GateFacts(
                        "Nova itself has disabled the host because libvirt is away",
                        "Nova's list of services",
                        WAITS,
                        "Nova has enabled it again");
            case INSTANCE_BUSY ->
                new GateFacts(
                        "Nova has been doing something else to an instance for longer than `overdue-after`",
                        "the instance as Nova shows it",
                        WAITS,
                        "that ends");
            case STORM ->
                new GateFacts(
                        "more hosts are out, of the segment or of all, than `gates.storm-percent-…` allows; or there were "
                                + "within `gates.storm-cool-down`. For instances: more than `restarts.storm` of the segment "
                                + "died within a minute and wait to be restarted",
                        "the open incidents, those of hosts that are still awaited among them",
                        "nothing is decided at all while the database is away",
                        "hosts that are back, and the cool-down after that; never time alone. For instances: a minute in which fewer "
                                + "die, and the cool-down");
            case WATCHING_FIRST ->
                new GateFacts(
                        "no controller was watching until less than `gates.watch-first` ago",
                        "the controllers' signs in the database, one at least within every 30 s",
                        "shut: it is not known since when somebody watches",
                        "time");
            case SELF_CHECK ->
                new GateFacts(
                        "Nova shows fewer than `gates.seen-percent` of the segment's other hosts as up, though nobody has "
                                + "reported them, or its clock and ours differ",
                        "Nova's list of services",
                        WAITS,
                        "Nova shows enough of them as up");
            case PAUSED ->
                new GateFacts(
                        "a pause of the host, its segment or everything holds",
                        "the pauses",
                        "nothing is decided at all while the database is away",
                        "the end of the pause, or `migawari resume`");
            case DISABLED_BY_PERSON ->
                new GateFacts(
                        "somebody had disabled the host before it failed (`gates.disabled-hosts: ask`)",
                        "the host's service in Nova, as it was first seen in this incident",
                        WAITS,
                        "nothing else");
            case NO_CAPACITY ->
                new GateFacts(
                        "a host would have to be switched off, and nobody could take its instances",
                        "Nova's list of services; the segment's hosts",
                        WAITS,
                        "a host becomes free, is enabled or added");
            case FENCING ->
                new GateFacts(
                        "the host is being switched off",
                        "the readings of its fencing devices",
                        "shut: a power that cannot be read is not off; the next level is tried",
                        "its power reads as off");
            case FENCING_FAILED ->
                new GateFacts(
                        "none of its fencing devices could switch the host off",
                        "the readings of its fencing devices",
                        "shut: a power that cannot be read is not off",
                        "its power reads as off, or `confirm-dead`");
            case STALE_COPIES ->
                new GateFacts(
                        "a host that is back still has what was moved away from it",
                        "Nova's records of evacuations",
                        WAITS,
                        "nova-compute has cleared them away");
            case FLAPPING ->
                new GateFacts(
                        "a host that is back has failed `return.failures` times within `return.window`",
                        "its former incidents",
                        "nothing is decided at all while the database is away",
                        "nothing else");
            case UNHEALTHY ->
                new GateFacts(
                        "a host that is back was not healthy for `return.healthy-for` yet",
                        "Nova's list of services",
                        WAITS,
                        "it has been");
            case NOT_AUTOMATIC ->
                new GateFacts(
                        "a host is back, and `return.automatic` is false",
                        "the settings",
                        "they are always known",
                        "nothing else");
            case ON_MAINTENANCE ->
                new GateFacts(
                        "a host that is back is on maintenance",
                        "the registered host",
                        "nothing is decided at all while the database is away",
                        "the maintenance ends");
            case PROCESS_DOWN ->
                new GateFacts(
                        "a process is down without which a host gets no new instances",
                        "the process monitor's reports",
                        "shut: a process of which nothing more was heard is down",
                        "it is reported as started");
        };
    }

    /** How it is called among the metrics. */
    public static String metric(Gate.Kind kind) {
        return "migawari_incidents_waiting{gate=\"" + kind.name().toLowerCase(java.util.Locale.ROOT) + "\"}";
    }
}
