// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code /migawari/v1/openapi}: what all routes take and answer, this one too, for clients that are made from a description. */
final class OpenApiResource implements Resource {

    /** Not that of all other answers, from which the names of what is secret are taken out: here they are only described. */
    private static final String TYPE = "application/openapi+json";

    private final List<Resource> all;
    private Optional<Reply> answer = Optional.empty();

    /** @param others all other resources that there are */
    OpenApiResource(List<Resource> others) {
        this.all = Stream.concat(others.stream(), Stream.of(this)).toList();
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/migawari/v1/openapi", Router.Access.OPEN, call -> answer(router));
    }

    /** Made once, when it is first asked for: by then all routes are there. */
    private synchronized Reply answer(Router router) {
        if (answer.isEmpty()) {
            answer = Optional.of(Reply.text(TYPE, OpenApi.of(router, all).toString()));
        }
        return answer.get();
    }
}
