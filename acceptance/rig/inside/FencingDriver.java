// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.ControllerSettings;
import io.migawari.controller.fencing.FenceAgents;
import io.migawari.controller.fencing.Sight;
import io.migawari.controller.model.Attestation;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Step;
import io.migawari.controller.store.Attestations;
import io.migawari.time.SystemTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The controller's fencing as it is built, with its configuration, without a controller around it. {@code scenarios/fencing.py}
 * starts it and talks with it over its pipes: an order is a line on standard input,
 *
 * <ul>
 *   <li>{@code look HOST}: what each of the host's devices shows, and which levels read as off
 *   <li>{@code off HOST LEVEL}: as the controller carries that step out
 *   <li>{@code attest HOST DEVICE}: a person's word that the device is the host's; kept in memory
 * </ul>
 *
 * and its answer a line of JSON on standard output, with the seconds that it took; the first one says that it is ready. The
 * product's log may stand between them: what begins with a brace is an answer. Standard error is for people.
 */
public final class FencingDriver {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Those of people, without a database. */
    private static final class Words implements Attestations {
        private final List<Attestation> all = new ArrayList<>();

        @Override
        public synchronized void add(Attestation attestation) {
            all.add(0, attestation);
        }

        @Override
        public synchronized Optional<Attestation> find(HostName host, String device, String digest) {
            return all.stream()
                    .filter(word -> word.host().equals(host) && word.device().equals(device) && word.digest().equals(digest))
                    .findFirst();
        }
    }

    public static void main(String[] arguments) throws Exception {
        var settings = ControllerSettings.read(Path.of(arguments[0]), Map.of("HOSTNAME", "driver"));
        System.err.println("settings: " + settings.fencing());
        var fencing = new FenceAgents(settings.fencing(), new Words(), new SystemTime());
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say(MAPPER.createObjectNode().put("ready", true));
        for (String order = in.readLine(); order != null; order = in.readLine()) {
            say(answer(fencing, order.split(" ")));
        }
    }

    /** Ends the line, and with it what the caller waits for. */
    private static void say(ObjectNode answer) throws IOException {
        System.out.println(MAPPER.writeValueAsString(answer));
    }

    private static ObjectNode answer(FenceAgents fencing, String[] order) throws InterruptedException {
        ObjectNode answer = MAPPER.createObjectNode();
        var host = new HostName(order[1]);
        long begun = System.nanoTime();
        switch (order[0]) {
            case "look" -> {
                var devices = answer.putObject("devices");
                for (Sight sight : fencing.look(host)) {
                    devices.putObject(sight.device())
                            .put("reading", sight.reading().getClass().getSimpleName().toLowerCase(Locale.ROOT))
                            .put("problem", sight.trouble().map(why -> why.kind().name()).orElse(null))
                            .put("words", sight.trouble().map(why -> why.words()).orElse(null))
                            .put("identity", sight.identity().orElse(null));
                }
                var off = answer.putArray("off");
                fencing.power(host).levels().forEach(level -> off.add(level.isOff()));
            }
            case "off" -> {
                Outcome outcome = fencing.carryOut(new Step.PowerOff(host, Integer.parseInt(order[2])), () -> true);
                answer.put("accepted", outcome instanceof Outcome.Accepted);
                answer.put("words", outcome instanceof Outcome.Refused refused ? refused.words() : null);
            }
            case "attest" -> {
                var attested = fencing.attest(host, order[2], "rig", "wired it");
                answer.put("taken", attested instanceof FenceAgents.Attested.Taken);
                answer.put("words", attested instanceof FenceAgents.Attested.Refused refused ? refused.why() : null);
            }
            default -> answer.put("words", "no such order");
        }
        return answer.put("seconds", (System.nanoTime() - begun) / 1e9);
    }
}
