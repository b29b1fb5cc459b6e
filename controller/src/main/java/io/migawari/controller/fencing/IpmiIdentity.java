// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.config.FencingSettings.Device;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The system's GUID of an IPMI BMC (Get System GUID), which is the UUID of the mainboard. Asked for with the ipmitool that
 * fence_ipmilan uses, too, but with the password on its standard input.
 */
final class IpmiIdentity implements IdentityReader {

    private static final Pattern BYTES = Pattern.compile("(\\s*[0-9a-fA-F]{2}){16}\\s*");
    private static final int LENGTH = 16;

    /** Agents for makers whose BMCs speak IPMI 2.0 only. */
    private static final Set<String> LANPLUS = Set.of("fence_ilo3", "fence_ilo4", "fence_ilo5", "fence_ipmilanplus");

    @Override
    public Identity read(Device device, Scrubber scrubber) throws InterruptedException {
        Optional<String> impossible = impossible(device);
        if (impossible.isPresent()) {
            return unreadable(impossible.get());
        }
        Path program = Path.of(device.find("ipmitool_path", "ipmitool-path").orElse("/usr/bin/ipmitool"));
        String password = device.find("password", "passwd").orElse("");
        var ending = Program.run(program, arguments(device), password + "\n", device.timeout(), scrubber);
        if (ending instanceof Program.Ending.Exited exited
                && exited.code() == 0
                && BYTES.matcher(exited.output()).matches()) {
            return of(bytes(exited.output()));
        }
        if (ending instanceof Program.Ending.Exited exited && exited.code() == 0) {
            return new Identity.Unreadable(new Trouble(
                    Trouble.Kind.NO_ANSWER, "the answer of " + device.name() + " to ipmitool is no system GUID"));
        }
        return new Identity.Unreadable(Agent.trouble("ipmitool", "which machine it belongs to", ending));
    }

    private static Optional<String> impossible(Device device) {
        if (device.secrets().keySet().stream().anyMatch(Set.of("username", "login")::contains)) {
            return Optional.of("ipmitool takes the user's name only where others can see it; make it a parameter");
        }
        if (device.find("hexadecimal_kg", "hexadecimal-kg").isPresent()) {
            return Optional.of("ipmitool takes the Kg key only where others can see it; use identity: none");
        }
        return device.find("ip", "ipaddr").isEmpty() ? Optional.of("the device has no parameter ip") : Optional.empty();
    }

    private static Identity unreadable(String why) {
        return new Identity.Unreadable(new Trouble(Trouble.Kind.UNVERIFIED, why));
    }

    private static List<String> arguments(Device device) {
        boolean lanplus = device.find("lanplus")
                .map(text -> Set.of("1", "yes", "on", "true").contains(text))
                .orElse(LANPLUS.contains(device.agent()));
        List<String> arguments = new ArrayList<>(List.of("-I", lanplus ? "lanplus" : "lan"));
        add(arguments, "-H", device.find("ip", "ipaddr"));
        add(arguments, "-p", device.find("ipport"));
        add(arguments, "-U", device.find("username", "login"));
        add(arguments, "-A", device.find("auth"));
        add(arguments, "-C", device.find("cipher"));
        add(arguments, "-L", device.find("privlvl"));
        add(arguments, "-t", device.find("target"));
        arguments.addAll(List.of("-f", "/dev/stdin", "raw", "0x06", "0x37"));
        return arguments;
    }

    private static void add(List<String> arguments, String option, Optional<String> value) {
        value.ifPresent(text -> arguments.addAll(List.of(option, text)));
    }

    private static byte[] bytes(String hex) {
        String digits = hex.replaceAll("\\s", "");
        var bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    /** As SMBIOS has it (most makers), as RFC 4122 has it, and as the IPMI specification wants it: last byte first. */
    static Identity of(byte[] sent) {
        var smbios = sent.clone();
        reverse(smbios, 0, 4);
        reverse(smbios, 4, 6);
        reverse(smbios, 6, 8);
        var ipmi = sent.clone();
        reverse(ipmi, 0, LENGTH);
        UUID usual = uuid(smbios);
        return Identity.of(usual, distinct(usual, uuid(sent), uuid(ipmi)));
    }

    private static Set<UUID> distinct(UUID... uuids) {
        return Set.copyOf(List.of(uuids));
    }

    private static void reverse(byte[] bytes, int from, int to) {
        for (int low = from, high = to - 1; low < high; low++, high--) {
            byte kept = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = kept;
        }
    }

    private static UUID uuid(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
