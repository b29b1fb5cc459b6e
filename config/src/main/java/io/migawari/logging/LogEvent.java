// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * One thing that the log tells.
 *
 * @param id what it is called, for ever
 * @param says the words of its lines, with {@code {}} where a value stands; none where a line names its event itself
 * @param level how important, if the calls do not show it; may be empty
 * @param means what has happened
 * @param then what the operator does about it
 */
public record LogEvent(String id, List<String> says, String level, String means, String then) {

    /** Made once, by chance; whoever looks for a line by its id would not find it any more if this changed. */
    private static final UUID NAMESPACE = UUID.fromString("5d0e4f0c-6f0a-4c37-9f5b-2e1a7d3c8b46");

    public LogEvent {
        says = List.copyOf(says);
    }

    /** systemd's MESSAGE_ID. */
    public String messageId() {
        return messageId(id);
    }

    /** The id as a UUID of version 5 (RFC 9562, section 5.5), as 32 digits. */
    static String messageId(String id) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(NAMESPACE.getMostSignificantBits())
                    .putLong(NAMESPACE.getLeastSignificantBits())
                    .flip());
            byte[] hash = sha1.digest(id.getBytes(StandardCharsets.UTF_8));
            hash[6] = (byte) ((hash[6] & 0x0f) | 0x50);
            hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java has it
        }
    }
}
