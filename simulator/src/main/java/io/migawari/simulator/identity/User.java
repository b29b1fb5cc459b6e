// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

import io.migawari.simulator.truth.Ids;
import java.util.Set;

/**
 * A user of the domain "default" with roles in one project.
 *
 * @param systemRoles what he has in the whole cloud
 */
public record User(String name, String password, String project, Set<String> roles, Set<String> systemRoles) {

    /** The one that is there from the start. */
    public static final User ADMIN = new User("admin", "admin-secret", "admin", Set.of("admin", "member", "reader"));

    public User {
        roles = Set.copyOf(roles);
        systemRoles = Set.copyOf(systemRoles);
    }

    public User(String name, String password, String project, Set<String> roles) {
        this(name, password, project, roles, Set.of());
    }

    public User withSystemRoles(Set<String> given) {
        return new User(name, password, project, roles, given);
    }

    public String id() {
        return Ids.hex("user", name);
    }

    public String projectId() {
        return Ids.hex("project", project);
    }

    @Override
    public String toString() {
        return "User[" + name + "]";
    }
}
