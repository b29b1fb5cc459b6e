// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.controller.Settings;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.time.SystemTime;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A process that appends and delivers until somebody kills it; started by {@link SpoolKillTest}. It says on its standard
 * output which numbers it has appended, each after {@link Spool#append} has returned.
 */
final class KilledMonitor {

    private KilledMonitor() {}

    /** @param arguments directory, address of the controller, first number, last number */
    public static void main(String[] arguments) throws Exception {
        Spool spool = Spool.open(new SpoolSettings(Path.of(arguments[0]), 100_000, 100_000));
        var client = new ControllerClient(Settings.open(List.of(URI.create(arguments[1]))), new SystemTime());
        var courier = new Courier(spool, client, Duration.ofMillis(50), new Random(), new SystemTime());
        courier.start();
        int last = Integer.parseInt(arguments[3]);
        for (int number = Integer.parseInt(arguments[2]); number <= last; number++) {
            spool.append(Report.instance("compute" + number % 3, number));
            System.out.print(number + "\n");
            System.out.flush();
        }
        while (spool.state().waiting() > 0) {
            new SystemTime().sleep(Duration.ofMillis(10));
        }
        System.out.println("done");
        System.out.flush();
        courier.close();
        spool.close();
    }
}
