// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.nio.file.Path;
import java.util.Map;

/**
 * Everything that the controller's configuration file says. The commented sample is {@code config/samples/controller.yaml};
 * a test holds the two together.
 *
 * @param name what this controller is called in leases and logs; unique among the controllers of a database
 */
public record ControllerSettings(
        String name,
        ApiSettings api,
        DatabaseSettings database,
        OpenStackSettings openStack,
        RecoverySettings recovery,
        OperationSettings operations,
        FencingSettings fencing,
        ForesightSettings foresight,
        HistorySettings history,
        AlertSettings alerts,
        LogSettings log) {

    /**
     * Reads a configuration file.
     *
     * @param environment the process's environment: secrets, {@code OS_*}, the name of the machine
     * @throws ConfigException with every problem of the file
     */
    public static ControllerSettings read(Path file, Map<String, String> environment) {
        return YamlFile.read(file, environment, section -> read(section, environment));
    }

    /** Reads only the database's part, for commands that need no more; the rest is not even checked. */
    public static DatabaseSettings readDatabase(Path file, Map<String, String> environment) {
        return YamlFile.read(file, environment, section -> {
            section.ignoreOtherKeys();
            return DatabaseSettings.read(section.section("database"));
        });
    }

    /** Reads only what says how long history has to be kept, for those who delete it by hand. */
    public static HistorySettings.Least readLeastHistory(Path file, Map<String, String> environment) {
        return YamlFile.read(file, environment, section -> {
            section.ignoreOtherKeys();
            Section recovery = section.section("recovery");
            recovery.ignoreOtherKeys();
            Section alerts = section.section("alerts");
            alerts.ignoreOtherKeys();
            return HistorySettings.least(
                    ReturnSettings.read(recovery.section("return")).window(), AlertSettings.readGiveUpAfter(alerts));
        });
    }

    static ControllerSettings read(Section section, Map<String, String> environment) {
        RecoverySettings recovery = RecoverySettings.read(section.section("recovery"));
        AlertSettings alerts = AlertSettings.read(section.section("alerts"));
        return new ControllerSettings(
                section.string("name", MachineName.of(environment)),
                ApiSettings.read(section.section("api")),
                DatabaseSettings.read(section.section("database")),
                OpenStackReader.read(section.section("openstack"), environment),
                recovery,
                OperationSettings.read(section.section("operations")),
                FencingSettings.read(section.section("fencing")),
                ForesightSettings.read(section.section("foresight")),
                HistorySettings.read(
                        section.section("history"),
                        HistorySettings.least(recovery.returns().window(), alerts.giveUpAfter())),
                alerts,
                LogSettings.read(section.section("log")));
    }
}
