// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** A database that is away, or whose schema is not the one that this controller knows. */
final class SchemaReady implements Check {

    @Override
    public String id() {
        return "database";
    }

    @Override
    public String finds() {
        return "a database that is away, or whose schema is not the one that this controller knows";
    }

    @Override
    public String why() {
        return "without its database the controller neither hears reports nor recovers anything";
    }

    @Override
    public String nextStep() {
        return "look at MariaDB; then migawari db status --config FILE";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.ready().map(words -> error("database", words)).stream().toList();
    }
}
