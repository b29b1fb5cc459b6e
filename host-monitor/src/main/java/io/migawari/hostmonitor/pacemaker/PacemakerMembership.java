// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import io.migawari.hostmonitor.membership.Membership;
import io.migawari.hostmonitor.membership.Sighting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Asks Pacemaker with its own tools, which every version has. Exit code 102 and the like mean that they are not connected,
 * which says nothing about the other hosts.
 */
public final class PacemakerMembership implements Membership {

    private static final int WHOLE_NAME = 255;

    /** What a CIB does not say, such as that crm_mon itself has lost the cluster, is found out after so many. */
    private static final int GLANCES_TO_A_LOOK = 6;

    private final Commands commands;
    private final Duration callTimeout;
    private Optional<String> self;
    private byte[] lastCib = {};
    private Sighting lastSighting = new Sighting.CannotSee("nothing was seen yet");
    private int glances;

    /**
     * @param self our own name in the cluster; absent means that the cluster is asked
     * @param callTimeout how long each tool may take
     */
    public PacemakerMembership(Optional<String> self, Duration callTimeout) {
        this(self, callTimeout, new LocalCommands());
    }

    PacemakerMembership(Optional<String> self, Duration callTimeout, Commands commands) {
        this.self = self;
        this.callTimeout = callTimeout;
        this.commands = commands;
    }

    @Override
    public Sighting look() throws InterruptedException {
        return look(false);
    }

    /** All but the history of fencings is in the CIB: as long as that is the same to the letter, crm_mon is not run. */
    @Override
    public Sighting glance() throws InterruptedException {
        glances = (glances + 1) % GLANCES_TO_A_LOOK;
        return look(glances > 0);
    }

    private Sighting look(boolean sameCibWillDo) throws InterruptedException {
        try {
            String text = output("cibadmin", "-Q");
            byte[] digest = sha256(text);
            if (!sameCibWillDo || !Arrays.equals(digest, lastCib)) {
                // The CIB comes first: if it changes before crm_mon looks, the next look finds another one.
                Cib cib = Cib.parse(text);
                CrmMon mon = CrmMon.parse(output("crm_mon", "--output-as=xml", "-1"));
                lastSighting = ClusterView.of(self(), mon, cib);
                lastCib = digest;
            }
            return lastSighting;
        } catch (IOException | UnreadableException e) {
            lastCib = new byte[0];
            return new Sighting.CannotSee(String.valueOf(e.getMessage()));
        }
    }

    /** Kept in the place of the text, which may be megabytes. */
    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java runtime has it
        }
    }

    private String self() throws IOException, InterruptedException {
        if (self.isEmpty()) {
            String name = output("crm_node", "-n").strip();
            if (name.isEmpty() || name.length() > WHOLE_NAME || name.contains("\n")) {
                throw new IOException("crm_node -n does not tell our name");
            }
            self = Optional.of(name);
        }
        return self.get();
    }

    private String output(String... command) throws IOException, InterruptedException {
        Commands.Result result = commands.run(List.of(command), callTimeout);
        if (result.exit() != 0) {
            throw new IOException(command[0] + " ends with " + result.exit()
                    + (result.exit() == 102 ? " (not connected: does the cluster run here?)" : ""));
        }
        return result.output();
    }
}
