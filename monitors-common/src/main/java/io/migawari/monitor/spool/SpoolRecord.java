// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.notification.NotificationJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** A notification as a file: its JSON on one line, a checksum on the next, so that half a file is not taken for one. */
final class SpoolRecord {

    private SpoolRecord() {}

    static byte[] write(Notification notification) {
        String line = NotificationJson.write(notification, true);
        return (line + "\n" + checksum(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException saying what is wrong with the file */
    static Notification read(byte[] content) throws IOException {
        String[] lines = new String(content, StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length != 3 || !lines[2].isEmpty()) {
            throw new IOException("not two whole lines");
        }
        if (!checksum(lines[0]).equals(lines[1])) {
            throw new IOException("the checksum is wrong");
        }
        return NotificationJson.read(lines[0]);
    }

    private static String checksum(String line) {
        var checksum = new CRC32C();
        checksum.update(line.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", checksum.getValue());
    }
}
