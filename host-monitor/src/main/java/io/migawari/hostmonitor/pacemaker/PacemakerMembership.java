// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import io.migawari.hostmonitor.membership.Membership;
import io.migawari.hostmonitor.membership.Sighting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks Pacemaker with its own tools, which every version has. Exit code 102 and the like mean that they are not connected,
 * which says nothing about the other hosts.
 */
public final class PacemakerMembership implements Membership {

    private static final int WHOLE_NAME = 255;

    private final Commands commands;
    private final Duration callTimeout;
    private Optional<String> self;

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
        try {
            CrmMon mon = CrmMon.parse(output("crm_mon", "--output-as=xml", "-1"));
            Cib cib = Cib.parse(output("cibadmin", "-Q"));
            return ClusterView.of(self(), mon, cib);
        } catch (IOException | UnreadableException e) {
            return new Sighting.CannotSee(String.valueOf(e.getMessage()));
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
