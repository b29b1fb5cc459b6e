// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.doctor.check.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compute node's files and tools: nothing is found on a healthy one, and each fault that is planted. */
class NodeTest {

    @TempDir
    private Path root;

    private final Map<String, String> tools = new HashMap<>(Map.of(
            "hostname", "compute1\n",
            "crm_node -n", "compute1\n",
            "corosync-cmapctl -g runtime.config.totem.token", "runtime.config.totem.token (u32) = 3000\n",
            "corosync-cmapctl -g runtime.config.totem.consensus", "runtime.config.totem.consensus (u32) = 3600\n"));
    private Set<String> known = Set.of("compute1", "compute2");
    private Duration ahead = Duration.ofSeconds(1);

    @BeforeEach
    void healthy() throws IOException {
        write("etc/nova/nova.conf", "[DEFAULT]\ntransport_url = rabbit://x\n[libvirt]\nhost = other\n");
        write("etc/default/libvirt-guests", "# ON_BOOT=start\nON_BOOT=ignore\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private NodeFacts facts() throws IOException, InterruptedException {
        return new Node(root, command -> Optional.ofNullable(tools.get(String.join(" ", command))))
                .facts(Optional.of(known), Optional.of(ahead));
    }

    private List<String> found() throws IOException, InterruptedException {
        return NodeCheck.all(facts()).stream().map(Finding::check).toList();
    }

    @Test
    void aHealthyNodeIsSilent() throws Exception {
        assertThat(found()).isEmpty();
    }

    @Test
    void aMachineWithoutAnythingIsSilent() throws Exception {
        Files.delete(root.resolve("etc/nova/nova.conf"));
        Files.delete(root.resolve("etc/default/libvirt-guests"));
        tools.clear();

        assertThat(found()).isEmpty();
    }

    @Test
    void guestsThatNovaWouldStartAfterABoot() throws Exception {
        write(
                "etc/nova/nova.conf",
                "[DEFAULT]\n# resume_guests_state_on_host_boot = false\nresume_guests_state_on_host_boot=True\n");

        assertThat(found()).containsExactly("resume-guests");
    }

    @Test
    void theLastFileHasTheLastWord() throws Exception {
        write("etc/nova/nova.conf", "[DEFAULT]\nresume_guests_state_on_host_boot = true\n");
        write("etc/nova/nova.conf.d/50-site.conf", "[DEFAULT]\nresume_guests_state_on_host_boot = false\n");

        assertThat(found()).isEmpty();
    }

    @Test
    void guestsThatLibvirtWouldStartAfterABoot() throws Exception {
        write("etc/default/libvirt-guests", "ON_BOOT=start\n");

        assertThat(found()).containsExactly("libvirt-guests");
    }

    @Test
    void aNameThatTheControllerDoesNotKnow() throws Exception {
        write("etc/nova/nova.conf", "[DEFAULT]\nhost = compute1.example.org\n");
        tools.put("crm_node -n", "compute1.example.org\n");

        List<Finding> findings = NodeCheck.all(facts());

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo("own-name");
            assertThat(finding.what())
                    .isEqualTo("the controller does not know compute1.example.org; it knows compute1");
            assertThat(finding.nextStep()).startsWith("migawari host create SEGMENT compute1.example.org");
        });
    }

    @Test
    void aClusterThatCallsItOtherwiseUnlessTheHostMonitorKnows() throws Exception {
        tools.put("crm_node -n", "node-a\n");
        assertThat(found()).containsExactly("cluster-name");

        write("etc/migawari/host-monitor.yaml", "membership: {}\nnames:\n  map: {node-a: compute1}\n");
        assertThat(found()).isEmpty();
    }

    @Test
    void aClusterWithoutPatienceOrWithTooMuchOfIt() throws Exception {
        tools.put("corosync-cmapctl -g runtime.config.totem.token", "runtime.config.totem.token (u32) = 650\n");
        assertThat(found()).containsExactly("cluster-times");

        tools.put("corosync-cmapctl -g runtime.config.totem.token", "runtime.config.totem.token (u32) = 20800\n");
        assertThat(found()).containsExactly("cluster-times");
    }

    @Test
    void aClusterThatIsDownIsJudgedByItsConfiguration() throws Exception {
        tools.keySet().removeIf(tool -> tool.startsWith("corosync"));
        write(
                "etc/corosync/corosync.conf",
                "totem {\n  version: 2\n  token: 30000\n  interface {\n  }\n}\nlogging {\n}\n");

        assertThat(NodeCheck.all(facts()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what())
                        .isEqualTo("a loss is noticed only after 66000 ms (token 30000, consensus 36000)"));
    }

    @Test
    void aClockThatIsWrong() throws Exception {
        ahead = Duration.ofSeconds(-90);

        assertThat(NodeCheck.all(facts()))
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.what()).isEqualTo("the controller's clock is 90s behind this host's"));
    }
}
