// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migawari fencing …}. */
@Command(
        name = "fencing",
        mixinStandardHelpOptions = true,
        description = {
            "The devices that switch hosts off, as the controller's configuration names them.",
            "None of these commands switches anything."
        })
final class FencingCommand {

    private static final String PATH = "/migawari/v1/fencing";

    private static final String[] COLUMNS = {
        "host", "level", "device", "agent", "power", "usable", "message", "checked_at"
    };

    private static final String[] FIELDS = {
        "host",
        "level",
        "device",
        "agent",
        "power",
        "usable",
        "problem",
        "message",
        "next_step",
        "identity",
        "attestation.by",
        "attestation.reason",
        "attestation.at",
        "checked_at"
    };

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Command(
            description = "All devices, and what the last periodic check found; asks no device.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:every device can be used", "1:one cannot, or was not asked yet"},
            footer = {"", "Example: migawari fencing list"})
    int list(@Mixin Connection connection, @Mixin Output output) throws ApiFailure, InterruptedException {
        JsonNode devices = connection.client().get(PATH).path("devices");
        output.list(devices, COLUMNS);
        return verdict(devices);
    }

    @Command(
            description = "Asks all devices of a host now, and shows what keeps any of them from being used.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:every device can be used", "1:one cannot"},
            footer = {"", "Example: migawari fencing status compute1"})
    int status(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "HOST", description = "as in: openstack compute service list") String host)
            throws ApiFailure, InterruptedException {
        JsonNode devices = asking(
                        "the devices of " + host, () -> connection.client().get(PATH + "/" + ApiClient.escape(host)))
                .path("devices");
        output.list(devices, COLUMNS);
        devices.forEach(device -> {
            if (device.hasNonNull("next_step")) {
                output.say(Output.printable(device.path("device").asText() + ": "
                        + device.path("next_step").asText()));
            }
        });
        return verdict(devices);
    }

    @Command(
            description = {
                "Asks a device whose it is, and shows whether it may be used for a host.",
                "With --attest you give your word that it is the host's. Do so for a device that cannot be compared with the host "
                        + "by itself, such as an outlet of a power switch, and only after you have looked: if it is "
                        + "another host's, that one is switched off some day, with all that runs on it."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:the device can be used", "1:it cannot"},
            footer = {
                "",
                "Examples: migawari fencing verify compute1 compute1-bmc",
                "          migawari fencing verify compute1 pdu1:7 --attest --reason \"followed the cable, J. Doe\""
            })
    int verify(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "HOST", description = "as in: openstack compute service list") String host,
            @Parameters(paramLabel = "DEVICE", description = "as in: migawari fencing list") String device,
            @Option(names = "--attest", description = "give your word that it is the host's; needs --reason")
                    boolean attest,
            @Option(names = "--reason", paramLabel = "TEXT", description = "how you know; it is recorded") @Nullable
                    String reason)
            throws ApiFailure, InterruptedException {
        if (attest != (reason != null)) {
            throw new ParameterException(spec.commandLine(), "--attest and --reason belong together.");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("device", device);
        if (reason != null) {
            body.put("attest", true).put("reason", reason);
        }
        Optional<JsonNode> answer = asking(
                device,
                () -> changes.send(
                        output, connection.client(), "POST", PATH + "/" + ApiClient.escape(host) + "/verify", body));
        if (answer.isEmpty()) {
            return Failures.DONE;
        }
        JsonNode shown = answer.get().path("device");
        output.show(shown, FIELDS);
        return shown.path("usable").asBoolean() ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    private <T> T asking(String whom, Patience.Wait<T> wait) throws ApiFailure, InterruptedException {
        return Patience.during(
                wait,
                "Asking " + whom + "; a dead one takes its whole time-out",
                spec.commandLine().getErr());
    }

    private static int verdict(JsonNode devices) {
        for (JsonNode device : devices) {
            if (!device.path("usable").asBoolean()) {
                return Failures.NOT_AS_IT_SHOULD_BE;
            }
        }
        return Failures.DONE;
    }
}
