// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;
import java.util.stream.Collectors;

/** A user without the role admin. */
final class Roles implements Check {

    @Override
    public String id() {
        return "role";
    }

    @Override
    public String finds() {
        return "a user without the role `admin`";
    }

    @Override
    public String why() {
        return "by Nova's default policy only an administrator may evacuate, force a host down and enable one; whether a policy of your own allows it to us cannot be tried beforehand";
    }

    @Override
    public String nextStep() {
        return "openstack role add --user USER --project PROJECT admin, or make sure of the policies os_compute_api:os-evacuate, os-services:update and os-migrations:index";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.access().known().stream()
                .filter(access -> access.roles().stream().noneMatch(role -> role.equalsIgnoreCase("admin")))
                .map(access -> warning(
                        "our user in Keystone",
                        "its roles are: " + access.roles().stream().sorted().collect(Collectors.joining(", "))))
                .toList();
    }
}
