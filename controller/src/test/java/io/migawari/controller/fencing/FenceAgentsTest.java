// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.FencingSettings;
import io.migawari.config.FencingSettings.Device;
import io.migawari.config.Secret;
import io.migawari.controller.model.Attestation;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Power.Reading;
import io.migawari.controller.model.Step;
import io.migawari.controller.store.Attestations;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes: agents that are small shell scripts. That real agents are like them is shown by acceptance/. */
class FenceAgentsTest {

    private static final HostName HOST = new HostName("compute1");
    private static final UUID MAINBOARD = UUID.fromString("4c4c4544-0043-3210-8058-b4c04f333933");
    private static final String SECRET = "geh'eim \"42\"";

    /** Reads its parameters, writes down what it is asked, and switches a file. What it then does wrong is its parameter "mode". */
    private static final String AGENT = """
            #!/bin/sh
            cd "$(dirname "$0")"
            while IFS='=' read -r key value; do
                case $key in action) action=$value ;; plug) plug=$value ;; mode) mode=$value ;; esac
            done
            echo "$action $plug" >> log
            power=$(cat "power.$plug")
            say() { if [ "$1" = off ]; then echo "Status: OFF"; exit 2; fi; echo "Status: ON"; exit 0; }
            case $mode.$action in
            refusing.off) echo off > "power.$plug"; echo "409 Conflict" >&2; exit 1 ;;
            slow.off) echo 3 > "power.$plug" ;;
            slow.status)
                case $power in
                on | off) say "$power" ;;
                0) say off ;;
                *) echo $((power - 1)) > "power.$plug"; say on ;;
                esac ;;
            lying.off) echo "Success: Powered OFF" ;;
            *.off) echo off > "power.$plug"; echo "Success: Powered OFF" ;;
            *.status) say "$power" ;;
            *) exit 1 ;;
            esac
            """;

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-21T10:00:00Z"));
    private final List<Attestation> words = new ArrayList<>();
    private Identity identity = Identity.of(MAINBOARD);

    @BeforeEach
    void anAgent() throws IOException {
        agent("fence_fake", AGENT);
        powers("on", "");
    }

    private void agent(String name, String script) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void powers(String power, String... plugs) throws IOException {
        for (String plug : plugs) {
            Files.writeString(directory.resolve("power." + plug), power);
        }
    }

    private List<String> asked() throws IOException {
        Path log = directory.resolve("log");
        return Files.exists(log)
                ? Files.readAllLines(log).stream().map(String::strip).toList()
                : List.of();
    }

    private static Device device(String name, String agent, Map<String, String> parameters) {
        return new Device(
                name,
                agent,
                parameters,
                Map.of("password", new Secret(SECRET)),
                Duration.ofSeconds(20),
                Duration.ofSeconds(40),
                FencingSettings.Identity.REDFISH);
    }

    private static Device fake(String... parameters) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        return device("bmc" + all.getOrDefault("plug", ""), "fence_fake", all);
    }

    private FenceAgents fencing(Device... level) {
        return fencing(Optional.of(MAINBOARD), level);
    }

    private FenceAgents fencing(Optional<UUID> uuid, Device... level) {
        var host = new FencingSettings.Host(uuid, List.of(List.of(level)));
        var settings = new FencingSettings(
                directory, Duration.ofMinutes(5), Duration.ofSeconds(1), Map.of(HOST.value(), host));
        return new FenceAgents(
                settings,
                new Attestations() {
                    @Override
                    public void add(Attestation attestation) {
                        words.add(0, attestation);
                    }

                    @Override
                    public Optional<Attestation> find(HostName host, String device, String digest) {
                        return words.stream()
                                .filter(word -> word.device().equals(device)
                                        && word.digest().equals(digest))
                                .findFirst();
                    }
                },
                Map.of(FencingSettings.Identity.REDFISH, (device, scrubber) -> identity),
                time);
    }

    private static Outcome off(FenceAgents fencing) throws InterruptedException {
        return fencing.carryOut(new Step.PowerOff(HOST, 1), () -> true);
    }

    private static void assertOff(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
    }

    private static String refusal(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).words();
    }

    private static Sight only(FenceAgents fencing) throws InterruptedException {
        List<Sight> sights = fencing.look(HOST);
        assertThat(sights).hasSize(1);
        return sights.get(0);
    }

    @Test
    void aHostIsSwitchedOffAndItsPowerReadBack() throws Exception {
        assertOff(off(fencing(fake())));

        assertThat(asked()).containsExactly("status", "off", "status");
    }

    /** Looking at the devices takes its time, in which another controller may have finished the recovery. */
    @Test
    void aHostIsNotSwitchedOffWithoutPermissionAfterTheLook() throws Exception {
        Outcome outcome = fencing(fake()).carryOut(new Step.PowerOff(HOST, 1), () -> false);

        assertThat(refusal(outcome)).contains("another controller's now");
        assertThat(asked()).containsExactly("status");
    }

    @Test
    void aHostThatIsOffIsNotSwitched() throws Exception {
        powers("off", "");
        var fencing = fencing(fake());

        assertOff(off(fencing));

        assertThat(asked()).containsExactly("status");
        assertThat(fencing.power(HOST).levels().get(0).isOff()).isTrue();
    }

    @Test
    void anErrorAtOffThatIsFollowedByOffIsASuccess() throws Exception {
        assertOff(off(fencing(fake("mode", "refusing"))));
    }

    @Test
    void aHostThatGoesOffSlowlyIsWaitedFor() throws Exception {
        assertOff(off(fencing(fake("mode", "slow"))));

        assertThat(asked()).containsExactly("status", "off", "status", "status", "status", "status");
    }

    @Test
    void anOrderThatWasTakenIsNotASuccessAsLongAsThePowerReadsAsOn() throws Exception {
        assertThat(refusal(off(fencing(fake("mode", "lying")))))
                .isEqualTo("bmc took the order to switch off, and the power read as on 40 s later");
        assertThat(asked().stream().filter("off"::equals)).hasSize(1);
    }

    @Test
    void onlyOffIsOff() throws Exception {
        Map<String, Class<? extends Reading>> readings = new HashMap<>();
        readings.put("exit 2", Reading.Off.class);
        readings.put("echo Status: OFF; exit 2", Reading.Off.class);
        readings.put("echo OFF; exit 2", Reading.Off.class);
        readings.put("echo warning >&2; echo 'Status: OFF'; exit 2", Reading.Off.class);
        readings.put("exit 0", Reading.On.class);
        readings.put("echo Status: ON", Reading.On.class);
        readings.put("echo Status: OFF; exit 0", Reading.Unknown.class);
        readings.put("echo Status: OFF; exit 1", Reading.Unknown.class);
        readings.put("echo usage: fence_odd [-o action] >&2; exit 2", Reading.Unknown.class);
        readings.put("if then", Reading.Unknown.class);
        readings.put("echo Status: UNKNOWN; exit 2", Reading.Unknown.class);
        readings.put("echo 'the host will not go off'; exit 2", Reading.Unknown.class);
        readings.put("exit 3", Reading.Unknown.class);
        readings.put("kill -9 $$", Reading.Unknown.class);

        for (var reading : readings.entrySet()) {
            agent("fence_odd", "#!/bin/sh\n" + reading.getKey() + "\n");
            assertThat(only(fencing(device("odd", "fence_odd", Map.of()))).reading())
                    .as(reading.getKey())
                    .isInstanceOf(reading.getValue());
        }
    }

    @Test
    void allDevicesOfALevelHaveToReadAsOff() throws Exception {
        powers("on", "1", "2");
        var both = fencing(fake("plug", "1"), fake("plug", "2"));

        assertOff(off(both));
        assertThat(asked()).contains("off 1", "off 2");

        powers("on", "1", "2");
        var oneLies = fencing(fake("plug", "1"), fake("plug", "2", "mode", "lying"));
        assertThat(refusal(off(oneLies))).startsWith("bmc2 took the order to switch off");
        assertThat(oneLies.power(HOST).levels().get(0).isOff()).isFalse();
    }

    @Test
    void whatTakesTooLongIsKilledWithAllThatItHasStarted() throws Exception {
        agent("fence_hanging", """
                #!/bin/sh
                cd "$(dirname "$0")"
                sleep 1000 &
                echo $! > child
                (sleep 1000 &)
                sleep 1000
                """);
        var hanging = new Device(
                "bmc",
                "fence_hanging",
                Map.of(),
                Map.of(),
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                FencingSettings.Identity.REDFISH);

        Sight sight = only(fencing(hanging));

        assertThat(sight.trouble().orElseThrow())
                .isEqualTo(
                        new Trouble(Trouble.Kind.NO_ANSWER, "fence_hanging got no answer to \"status\" within 3.0 s"));
        long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
        ProcessHandle.of(child)
                .ifPresent(left -> left.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    void noSecretComesOutOfAnAgentThatTellsEverything() throws Exception {
        agent("fence_telltale", """
                #!/bin/sh
                cd "$(dirname "$0")"
                input=$(cat)
                secret=$(printf '%s' "$input" | sed -n 's/^password=//p')
                env; echo "$input"; echo "$input" >&2
                printf 'ha:%s' "$secret" | base64 >&2
                printf '%s' "$secret" | base64
                cat forms
                cat forms >&2
                for i in $(seq 2000); do printf '%s' "$secret"; done
                exit 1
                """);
        Files.writeString(directory.resolve("forms"), """
                'geh'"'"'eim "42"'
                'geh\\'eim "42"'
                "geh'eim \\"42\\""
                geh\\'eim\\ \\"42\\"
                geh%27eim%20%2242%22 geh%27eim+%2242%22
                """);
        var fencing = fencing(device("bmc", "fence_telltale", Map.of("username", "ha")));

        String everything = fencing.look(HOST) + " " + off(fencing) + " " + fencing.power(HOST) + " " + fencing.all();

        assertThat(everything).contains("***").doesNotContain("geh", "eim", "Z2Vo", "aGE6");
    }

    @Test
    void aProgramGetsNothingOfOurEnvironment() throws Exception {
        agent("fence_env", "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n/usr/bin/env > env\nexit 0\n");

        assertThat(only(fencing(device("bmc", "fence_env", Map.of()))).reading())
                .isInstanceOf(Reading.On.class);

        assertThat(Files.readAllLines(directory.resolve("env")).stream().map(line -> line.replaceFirst("=.*", "")))
                .isSubsetOf("PATH", "LC_ALL", "PYTHONWARNINGS", "PWD", "OLDPWD", "SHLVL", "_");
    }

    @Test
    void aBrokenAgentIsNotTheHostsFault() throws Exception {
        assertThat(only(fencing(device("bmc", "fence_absent", Map.of())))
                        .trouble()
                        .orElseThrow())
                .satisfies(trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.AGENT_BROKEN))
                .satisfies(trouble -> assertThat(trouble.words()).contains("fence_absent does not exist"));
        Files.writeString(directory.resolve("fence_text"), "hello");
        assertThat(only(fencing(device("bmc", "fence_text", Map.of())))
                        .trouble()
                        .orElseThrow()
                        .words())
                .contains("fence_text is not executable");
        agent("fence_lost", "#!/no/such/interpreter\n");
        assertThat(only(fencing(device("bmc", "fence_lost", Map.of())))
                        .trouble()
                        .orElseThrow()
                        .kind())
                .isEqualTo(Trouble.Kind.AGENT_BROKEN);
        agent("fence_crash", """
                #!/bin/sh
                echo 'Traceback (most recent call last):' >&2
                echo "ModuleNotFoundError: No module named 'no_such_module'" >&2
                exit 1
                """);
        assertThat(only(fencing(device("bmc", "fence_crash", Map.of())))
                        .trouble()
                        .orElseThrow())
                .satisfies(trouble -> assertThat(trouble.kind()).isEqualTo(Trouble.Kind.AGENT_BROKEN))
                .satisfies(trouble -> assertThat(trouble.words())
                        .isEqualTo("fence_crash is broken on this controller: ModuleNotFoundError: No module named "
                                + "'no_such_module' (exit code 1)"));
    }

    @Test
    void aDeviceOfAnotherMachineSwitchesNothingAndProvesNothing() throws Exception {
        identity = Identity.of(UUID.fromString("11111111-2222-3333-4444-555555555555"));
        powers("off", "");
        var fencing = fencing(fake());

        assertThat(refusal(off(fencing))).contains("bmc is another machine's");
        assertThat(fencing.power(HOST).levels().get(0).isOff()).isFalse();
        assertThat(asked()).doesNotContain("off");
        assertThat(fencing.attest(HOST, "bmc", "ann", "sure")).isInstanceOf(FenceAgents.Attested.Refused.class);
        assertThat(words).isEmpty();
    }

    @Test
    void aDeviceThatDoesNotSayWhoItIsAnyMoreIsNotUsed() throws Exception {
        powers("off", "");
        var fencing = fencing(fake());
        assertThat(fencing.power(HOST).levels().get(0).isOff()).isTrue();

        identity = new Identity.Unreadable(new Trouble(Trouble.Kind.NO_ANSWER, "no answer within 20 s"));

        assertThat(fencing.power(HOST).levels().get(0).isOff()).isFalse();
        assertThat(refusal(off(fencing))).isEqualTo("no answer within 20 s");
        assertThat(asked()).containsExactly("status");
    }

    @Test
    void aPersonsWordHoldsForTheDeviceAsItWas() throws Exception {
        identity = new Identity.Nothing();
        var fencing = fencing(Optional.empty(), fake());
        assertThat(refusal(off(fencing))).contains("bmc cannot tell whose it is");
        assertThat(only(fencing).trouble().orElseThrow().kind()).isEqualTo(Trouble.Kind.UNVERIFIED);

        assertThat(fencing.attest(HOST, "bmc", "ann", "followed the cable"))
                .isInstanceOf(FenceAgents.Attested.Taken.class);
        assertOff(off(fencing));

        var elsewhere = fencing(Optional.empty(), fake("ip", "10.0.0.9"));
        assertThat(refusal(off(elsewhere))).contains("bmc cannot tell whose it is");
        identity = Identity.of(MAINBOARD);
        assertThat(refusal(off(fencing))).contains("bmc is not the device any more that was attested");
    }

    @Test
    void anotherHostOrLevelIsNone() throws Exception {
        var fencing = fencing(fake());

        assertThat(refusal(fencing.carryOut(new Step.PowerOff(HOST, 2), () -> true)))
                .contains("no fencing level 2");
        assertThat(fencing.covers(HOST)).isTrue();
        assertThat(fencing.covers(new HostName("compute2"))).isFalse();
        assertThat(fencing.power(new HostName("compute2")).levels()).isEmpty();
    }

    @Test
    void whatWasFoundIsToldAfterEachRound() throws Exception {
        List<List<Sight>> told = new ArrayList<>();
        var watch = new DeviceWatch(fencing(fake()), Duration.ofMinutes(5), told::add, time);
        assertThat(watch.states().get(0).sight()).isEmpty();

        watch.check();
        assertThat(told.get(0)).singleElement().matches(Sight::isUsable);
        assertThat(watch.states().get(0).sight().orElseThrow().reading()).isInstanceOf(Reading.On.class);

        identity = new Identity.Unreadable(new Trouble(Trouble.Kind.NO_ANSWER, "no answer within 20 s"));
        watch.check();
        assertThat(told.get(1)).singleElement().satisfies(sight -> {
            assertThat(sight.trouble().orElseThrow().words()).isEqualTo("no answer within 20 s");
            assertThat(sight.nextStep())
                    .isEqualTo("look at the device, its network, and the account that is configured for it");
        });

        identity = Identity.of(MAINBOARD);
        watch.check();
        assertThat(told.get(2)).singleElement().matches(Sight::isUsable);
        watch.close();
    }
}
