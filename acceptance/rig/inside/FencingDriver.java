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
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The controller's fencing as it is built, with its configuration, without a controller around it: an order a line on standard
 * input (look HOST, off HOST LEVEL, attest HOST DEVICE), an answer a line in JSON. People's words are kept in memory.
 */
public final class FencingDriver {

    private static final ObjectMapper MAPPER = new ObjectMapper();

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
        var in = new BufferedReader(new InputStreamReader(System.in));
        System.out.println("{\"ready\": true}");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            System.out.println(MAPPER.writeValueAsString(answer(fencing, words)));
        }
    }

    private static ObjectNode answer(FenceAgents fencing, String[] words) throws InterruptedException {
        ObjectNode answer = MAPPER.createObjectNode();
        var host = new HostName(words[1]);
        long begun = System.nanoTime();
        switch (words[0]) {
            case "look" -> {
                var devices = answer.putObject("devices");
                for (Sight sight : fencing.look(host)) {
                    devices.putObject(sight.device())
                            .put("reading", sight.reading().getClass().getSimpleName().toLowerCase())
                            .put("problem", sight.trouble().map(why -> why.kind().name()).orElse(null))
                            .put("words", sight.trouble().map(why -> why.words()).orElse(null))
                            .put("identity", sight.identity().orElse(null));
                }
                var off = answer.putArray("off");
                fencing.power(host).levels().forEach(level -> off.add(level.isOff()));
            }
            case "off" -> {
                Outcome outcome = fencing.carryOut(new Step.PowerOff(host, Integer.parseInt(words[2])));
                answer.put("accepted", outcome instanceof Outcome.Accepted);
                answer.put("words", outcome instanceof Outcome.Refused refused ? refused.words() : null);
            }
            case "attest" -> {
                var attested = fencing.attest(host, words[2], "rig", "wired it");
                answer.put("taken", attested instanceof FenceAgents.Attested.Taken);
                answer.put("words", attested instanceof FenceAgents.Attested.Refused refused ? refused.why() : null);
            }
            default -> answer.put("words", "no such order");
        }
        return answer.put("seconds", (System.nanoTime() - begun) / 1e9);
    }
}
