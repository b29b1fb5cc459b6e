// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.GeneratedPart;
import io.migawari.controller.Trial;
import io.migawari.controller.api.Router.Access;
import io.migawari.simulator.identity.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may do what, as docs/api.md shows it and as the API holds it. */
class PolicyTest {

    @Test
    void noResourceIsForgottenHere() throws IOException {
        Set<String> written;
        try (var files = Files.list(Path.of("src/main/java/io/migawari/controller/api"))) {
            written = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Resource.java") && !name.equals("Resource.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }

        assertThat(EveryResource.ALL.stream()
                        .map(resource -> resource.getClass().getSimpleName()))
                .containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void thePolicyIsOnThePage() throws IOException {
        var page = new StringBuilder(
                "| request | " + roles() + " |\n| --- |" + " --- |".repeat(Role.values().length) + "\n");
        for (Router.Policy policy : EveryResource.router().policies()) {
            page.append("| `" + policy.method() + " " + policy.template() + "` |");
            for (Role role : Role.values()) {
                page.append(" " + cell(policy.access(), role) + " |");
            }
            page.append('\n');
        }

        GeneratedPart.check("api.md", "policy", page.toString());
    }

    private static String roles() {
        return Arrays.stream(Role.values()).map(role -> "`" + role.word() + "`").collect(Collectors.joining(" | "));
    }

    private static String cell(Access access, Role role) {
        if (access.roles().isEmpty()) {
            return "anybody";
        }
        return access.roles().contains(role) ? "yes" : "";
    }

    /** Each with a body that is refused for itself, so that nothing happens to those who are let in. */
    @Test
    void everyRouteIsHeldToItsPolicy() throws Exception {
        try (Trial trial = Trial.withSignIn()) {
            Map<Role, String> tokens = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                tokens.put(role, token(trial, role.word(), "admin", role.word()));
            }
            String tenant = token(trial, "tenant", "tenant", "reader");
            String nobody = token(trial, "nobody", "admin", "member");

            for (Router.Policy policy : EveryResource.router().policies()) {
                String what = policy.method() + " " + policy.template();
                Set<Role> roles = policy.access().roles();
                assertThat(status(trial, policy, null)).as(what).isEqualTo(roles.isEmpty() ? 200 : 401);
                if (roles.isEmpty()) {
                    continue;
                }
                assertThat(status(trial, policy, "forged")).as(what).isEqualTo(401);
                assertThat(status(trial, policy, tenant)).as(what).isEqualTo(403);
                assertThat(status(trial, policy, nobody)).as(what).isEqualTo(403);
                for (Role role : Role.values()) {
                    int status = status(trial, policy, tokens.get(role));
                    assertThat(status == 403)
                            .as(what + " as " + role + ": " + status)
                            .isEqualTo(!roles.contains(role));
                    assertThat(status).as(what + " as " + role).isNotIn(401, 500);
                }
            }
        }
    }

    private static int status(Trial trial, Router.Policy policy, String token) {
        String path = policy.template().replaceAll("\\{[a-z]+}", "no-such-thing");
        String body = policy.method().equals("GET") || policy.method().equals("DELETE") ? "" : "{";
        // of what goes on for a minute, the head
        String method = path.equals(EventsResource.PATH) ? "HEAD" : policy.method();
        return token == null
                ? trial.send(method, path, body).statusCode()
                : trial.send(method, path, body, "X-Auth-Token", token).statusCode();
    }

    private static String token(Trial trial, String name, String project, String role) throws Exception {
        trial.simulator.identity().addUser(new User(name + "-user", "secret", project, Set.of(role)));
        return trial.token(name + "-user", "secret", project);
    }
}
