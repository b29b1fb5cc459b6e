// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import io.migawari.config.ClientTls;
import io.migawari.config.OpenStackSettings;
import io.migawari.monitor.controller.Outcome.AlreadyKnown;
import io.migawari.monitor.controller.Outcome.Delivered;
import io.migawari.monitor.controller.Outcome.Refused;
import io.migawari.monitor.controller.Outcome.TryLater;
import io.migawari.monitor.notification.Json;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.notification.NotificationJson;
import io.migawari.monitor.settings.ControllerAccess;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Masakari's v1 API to whichever address of the controller answers: ours or Masakari. Used by one thread at a
 * time.
 */
public final class ControllerClient implements Destination {

    /** A verdict on this report, which another attempt would only repeat. */
    private static final Set<Integer> FINAL = Set.of(400, 413, 414, 415, 422);

    /**
     * May say something about this one notification only, even where it is not a verdict; all other answers are about the
     * way to the controller.
     */
    private static final Set<Integer> ABOUT_THIS_ONE = Set.of(400, 409, 413, 414, 415, 422, 500);

    private static final int LONGEST_ANSWER = 300;
    private static final Duration LONGEST_QUESTION = Duration.ofSeconds(3);
    private static final Duration ASK_AGAIN = Duration.ofMinutes(10);
    /**
     * It may be replaced by our controller behind the same address, and may have been no Masakari but what stood there in the
     * last moment of an outage; proofs are worth a question a minute.
     */
    private static final Duration ASK_A_MASAKARI_AGAIN = Duration.ofMinutes(1);

    private record Understanding(boolean evidence, Deadline until) {}

    private final ControllerAccess access;
    private final Http http;
    private final @Nullable KeystoneSignIn signIn;
    private final Time time;
    private final Map<Address, Understanding> understandings = new HashMap<>();
    private @Nullable Address lastGood;

    public ControllerClient(MonitorSettings settings, Time time) {
        this.access = settings.controller();
        this.time = time;
        this.http = new Http(access.tls().orTrusting(settings.openStack().flatMap(OpenStackSettings::caFile)));
        this.signIn = settings.openStack()
                .map(openStack ->
                        new KeystoneSignIn(openStack, new Http(ClientTls.none().orTrusting(openStack.caFile())), time))
                .orElse(null);
    }

    @Override
    public synchronized Outcome deliver(Notification notification) {
        List<String> reasons = new ArrayList<>();
        boolean allAway = true;
        List<Duration> askedFor = new ArrayList<>();
        try {
            for (Address address : addresses()) {
                Outcome outcome = deliverTo(address, notification);
                if (!(outcome instanceof TryLater later)) {
                    lastGood = address;
                    return outcome;
                }
                reasons.add(later.reason());
                allAway &= later.controllerAway();
                later.retryAfter().ifPresent(askedFor::add);
            }
        } catch (SignInException e) {
            return TryLater.away(e.words());
        }
        // As long as one of them has not asked for a pause, it may be ready any time.
        boolean allAsk = askedFor.size() == reasons.size();
        return new TryLater(
                String.join("; ", reasons),
                allAway,
                allAsk ? askedFor.stream().min(Comparator.naturalOrder()) : Optional.empty());
    }

    /**
     * The names of all hosts that the controller knows; for checks at the start.
     *
     * @throws IOException saying why they could not be read
     */
    public synchronized Set<String> hosts() throws IOException {
        IOException last = new IOException("no address");
        try {
            for (Address address : addresses()) {
                try {
                    return hosts(address);
                } catch (IOException e) {
                    last = new IOException(address + ": " + words(e), e);
                }
            }
        } catch (SignInException e) {
            throw new IOException(e.words(), e);
        }
        throw last;
    }

    private Set<String> hosts(Address address) throws IOException, SignInException {
        var names = new TreeSet<String>();
        for (Json segment : list(address, "/segments", "segments")) {
            String path = "/segments/" + segment.at("uuid").text() + "/hosts";
            for (Json host : list(address, path, "hosts")) {
                names.add(host.at("name").text());
            }
        }
        return names;
    }

    /** An answer without the list is not an empty one: a controller that knows no host keeps monitors from starting. */
    private List<Json> list(Address address, String path, String name) throws IOException, SignInException {
        Json answer = read(address, path);
        if (!answer.fields().containsKey(name)) {
            throw new IOException("GET " + path + " is answered without " + name);
        }
        return answer.at(name).items();
    }

    private Json read(Address address, String path) throws IOException, SignInException {
        Http.Answer answer = get(URI.create(address.api() + path));
        if (answer.status() != 200) {
            throw new IOException("GET " + path + " is answered by " + answer.status());
        }
        return Json.parse(answer.body());
    }

    private Http.Answer get(URI url) throws IOException, SignInException {
        for (boolean again = false; ; again = true) {
            Http.Answer answer = http.get(url, identification(), time.deadlineAfter(access.callTimeout()));
            if (answer.status() != 401 || signIn == null || again) {
                return answer;
            }
            signIn.refused();
        }
    }

    /** Asks, once and whoever answers, whether the nova-compute of a host may start. */
    public synchronized StartWord mayStart(String host) {
        List<String> reasons = new ArrayList<>();
        try {
            for (Address address : addresses()) {
                try {
                    Http.Answer answer = get(address.mayStart(host));
                    Optional<StartWord> word = startWord(answer);
                    if (word.isPresent()) {
                        lastGood = address;
                        return word.get();
                    }
                    reasons.add(address + " answers " + answer.status()
                            + (answer.status() == 404
                                    ? " (it does not know the question: a Masakari, or an older controller)"
                                    : meaning(answer.status())));
                } catch (IOException e) {
                    reasons.add(address + ": " + words(e));
                }
            }
        } catch (SignInException e) {
            return new StartWord.NoAnswer(e.words());
        }
        return new StartWord.NoAnswer(String.join("; ", reasons));
    }

    /** Nothing but the controller's own words count: what says neither yes nor no says nothing. */
    private Optional<StartWord> startWord(Http.Answer answer) throws IOException {
        if (answer.status() == 400 && isTheControllers(answer)) {
            return Optional.of(new StartWord.Stranger(shortened(answer.body())));
        }
        if (answer.status() != 200) {
            return Optional.empty();
        }
        Json said = Json.parse(answer.body()).at("may_start");
        String words = said.at("message").text();
        return switch (said.at("answer").text()) {
            case "true" ->
                Optional.of(new StartWord.May(!said.at("incident_uuid").text().isEmpty(), words));
            case "false" -> Optional.of(new StartWord.MustWait(words));
            default -> Optional.empty();
        };
    }

    /** Says, once and to whoever answers, that a host is well by what one of its monitors sees. */
    public synchronized Heard signOfLife(String host, String monitor) {
        String body = Json.write(Map.of("sign_of_life", Map.of("monitor", monitor)));
        List<String> reasons = new ArrayList<>();
        try {
            for (Address address : addresses()) {
                try {
                    Http.Answer answer = sign(address, host, body);
                    if (answer.status() >= 200 && answer.status() < 300) {
                        lastGood = address;
                        return new Heard.Taken();
                    }
                    if (answer.status() == 404 || answer.status() == 405) {
                        return new Heard.NotUnderstood();
                    }
                    if (FINAL.contains(answer.status()) && isTheControllers(answer)) {
                        return new Heard.Refused(answer.status() + " " + shortened(answer.body()));
                    }
                    reasons.add(address + " answers " + answer.status() + meaning(answer.status()));
                } catch (IOException e) {
                    reasons.add(address + ": " + words(e));
                }
            }
        } catch (SignInException e) {
            return new Heard.NotHeard(e.words());
        }
        return new Heard.NotHeard(String.join("; ", reasons));
    }

    private Http.Answer sign(Address address, String host, String body) throws IOException, SignInException {
        for (boolean again = false; ; again = true) {
            Http.Answer answer = http.post(
                    address.signOfLife(host), identification(), body, time.deadlineAfter(patienceForQuestions()));
            if (answer.status() != 401 || signIn == null || again) {
                return answer;
            }
            signIn.refused();
        }
    }

    private Duration patienceForQuestions() {
        return access.callTimeout().compareTo(LONGEST_QUESTION) < 0 ? access.callTimeout() : LONGEST_QUESTION;
    }

    /** The one that answered last comes first. */
    private List<Address> addresses() throws SignInException {
        List<Address> all = new ArrayList<>();
        if (access.endpoints().isEmpty() && signIn != null) {
            all.add(Address.of(signIn.endpoint()));
        }
        access.endpoints().forEach(endpoint -> all.add(Address.of(endpoint)));
        Address first = lastGood;
        if (first != null && all.remove(first)) {
            all.add(0, first);
        }
        return all;
    }

    private Outcome deliverTo(Address address, Notification notification) throws SignInException {
        try {
            Optional<Boolean> evidence = notification.evidence().isEmpty() ? Optional.empty() : takesEvidence(address);
            String body = NotificationJson.write(notification, evidence.orElse(false));
            Http.Answer answer = post(address, body);
            if (answer.status() == 401 && signIn != null) {
                signIn.refused();
                answer = post(address, body);
            }
            Outcome outcome = outcome(address, answer);
            if (!(outcome instanceof TryLater)) {
                evidence.ifPresent(understood -> remember(address, understood));
            }
            return outcome;
        } catch (IOException e) {
            return TryLater.away(address + ": " + words(e));
        }
    }

    private Http.Answer post(Address address, String body) throws IOException, SignInException {
        return http.post(address.notifications(), identification(), body, time.deadlineAfter(access.callTimeout()));
    }

    private Map<String, String> identification() throws SignInException {
        return signIn == null ? Map.of() : Map.of("X-Auth-Token", signIn.token());
    }

    private Outcome outcome(Address address, Http.Answer answer) {
        int status = answer.status();
        String words = shortened(answer.body());
        boolean isTheControllers = isTheControllers(answer);
        if (isTheControllers && isSuccess(status)) {
            return new Delivered();
        }
        if (isTheControllers && status == 409) {
            return new AlreadyKnown(words);
        }
        if (isTheControllers && FINAL.contains(status)) {
            return new Refused(status, words);
        }
        boolean isForThisHost = isTheControllers && status == 403; // our certificate may be good for others
        return new TryLater(
                address + " answers " + status + meaning(status) + (words.isEmpty() ? "" : ": " + words),
                !ABOUT_THIS_ONE.contains(status) && !isForThisHost,
                answer.header("Retry-After")
                        .filter(text -> text.matches("\\d{1,5}"))
                        .map(text -> Duration.ofSeconds(Long.parseLong(text))));
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    /**
     * Whether this can be what a controller says to a notification: ours and Masakari repeat one that they have stored, and
     * give their verdicts as JSON. A proxy or another web server in its place answers 200 or 400 with a page of its own, and
     * half an answer proves nothing; taken for the controller's, they would lose a failure.
     */
    private static boolean isTheControllers(Http.Answer answer) {
        try {
            Json said = Json.parse(answer.body());
            Json expected = isSuccess(answer.status()) ? said.at("notification") : said;
            return !expected.fields().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** For the answers that a person has to do something about. */
    private String meaning(int status) {
        return switch (status) {
            case 401 ->
                signIn == null
                        ? " (it wants to know who we are, and controller.authentication is none)"
                        : " (it does not accept a new token)";
            case 403 -> " (our user lacks the role service, or our certificate is not that host's)";
            case 429 -> " (we ask too often)";
            case 404, 405 -> " (is this the controller's address?)";
            default -> {
                if (isSuccess(status) || FINAL.contains(status) || status == 409) { // otherwise it were an outcome
                    yield " in other words than a controller's (is this its address?)";
                }
                yield status < 400 ? " (a redirection, which is not followed)" : "";
            }
        };
    }

    /**
     * Whether this address says that it understands evidence. A Masakari says nothing of the kind, and refuses whole
     * notifications for a key that it does not know, so it is asked first.
     *
     * @return nothing if it fails to say so; the notification is more urgent than its evidence then
     * @throws IOException if it does not answer at all or fails where it has understood evidence before, which a notification
     *     would not fare better with
     */
    private Optional<Boolean> takesEvidence(Address address) throws IOException {
        if (access.evidence() == ControllerAccess.Evidence.NEVER) {
            return Optional.of(false);
        }
        Understanding known = understandings.get(address);
        if (known != null && !known.until().isPast()) {
            return Optional.of(known.evidence());
        }
        var answer = http.get(address.additions(), Map.of(), time.deadlineAfter(patienceForQuestions()));
        if (answer.status() >= 500 && known != null && known.evidence()) {
            throw new IOException("its additions answer " + answer.status());
        }
        return answer.status() >= 500
                ? Optional.empty()
                : Optional.of(answer.status() == 200 && saysEvidence(answer.body()));
    }

    /**
     * To be called when a notification was dealt with. What says that it knows no evidence and takes no notification either
     * may be anything in the place of a controller that is away; to remember that would cost the proofs of the hosts that
     * have died meanwhile.
     */
    private void remember(Address address, boolean evidence) {
        Understanding known = understandings.get(address);
        if (known == null || known.until().isPast()) {
            understandings.put(
                    address,
                    new Understanding(evidence, time.deadlineAfter(evidence ? ASK_AGAIN : ASK_A_MASAKARI_AGAIN)));
        }
    }

    private static boolean saysEvidence(String body) {
        try {
            return Json.parse(body).at("notification_evidence").text().equals("true");
        } catch (IOException e) {
            return false; // whoever that is, he is not one of ours
        }
    }

    /** The kind of trouble in words; the JDK's messages often lack it. */
    static String words(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof SocketTimeoutException) {
            return "no answer in time (" + message + ")";
        }
        if (e instanceof UnknownHostException) {
            return "no such host name (" + message + ")";
        }
        if (e instanceof ConnectException) {
            return "cannot connect (" + message + ")";
        }
        return e.getClass().getSimpleName() + ": " + message;
    }

    private static String shortened(String body) {
        String line = body.strip();
        return line.length() <= LONGEST_ANSWER ? line : line.substring(0, LONGEST_ANSWER) + "…";
    }
}
