// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.api.Router.Access;
import java.util.Optional;

/** {@code /migawari/v1/events}: everything that happens to incidents, as it happens. */
public final class EventsResource implements Resource {

    static final String PATH = "/migawari/v1/events";

    private final EventFeed feed;

    public EventsResource(EventFeed feed) {
        this.feed = feed;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", PATH, Access.LOOK, this::watch);
    }

    /** Who comes again says himself what he has seen last; who asks for nothing hears of what comes. */
    private Reply watch(Call call) throws ApiException {
        Optional<String> after = call.lastEventId().or(() -> call.parameter("after"));
        return Reply.stream(feed.from(after.isPresent() ? number(after.get()) : feed.newest()));
    }

    private static long number(String text) throws ApiException {
        if (!text.matches("\\d{1,18}")) {
            throw ApiException.badRequest(
                    "Last-Event-ID or after is " + ShownValue.quoted(text) + "; expected the number of an event");
        }
        return Long.parseLong(text);
    }
}
