// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import io.migawari.controller.store.Registry.Change;
import io.migawari.controller.store.Registry.NewHost;
import io.migawari.controller.store.Registry.NewSegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryTest extends StoreTest {

    private static NewSegment named(String name) {
        return new NewSegment(name, RecoveryMethod.AUTO, "compute", true, Optional.of("text"));
    }

    private static NewHost hostNamed(String name) {
        return new NewHost(new HostName(name), "COMPUTE", "none", false, false);
    }

    @Test
    void aSegmentIsReadBackAsItWasCreated() {
        Segment created = done(registry.create(named("rack2"), NOW));

        assertThat(registry.segment(created.id())).contains(created);
        assertThat(registry.segmentByNumber(created.number())).contains(created);
        assertThat(created.createdAt()).isEqualTo(NOW);
        assertThat(created.description()).contains("text");
    }

    @Test
    void namesAreUniqueAmongTheLivingAndTellCases() {
        assertThat(registry.create(named("rack1"), NOW)).isInstanceOf(Change.NameTaken.class);
        assertThat(registry.create(named("RACK1"), NOW)).isInstanceOf(Change.Done.class);
        Segment rack2 = done(registry.create(named("rack2"), NOW));
        assertThat(registry.update(rack2.id(), named("rack1"), NOW)).isInstanceOf(Change.NameTaken.class);
        // over all segments
        assertThat(registry.create(rack2.id(), hostNamed("compute1"), NOW)).isInstanceOf(Change.NameTaken.class);

        done(registry.delete(segment.id(), NOW));

        assertThat(registry.create(named("rack1"), NOW)).isInstanceOf(Change.Done.class);
        assertThat(registry.create(rack2.id(), hostNamed("compute1"), NOW)).isInstanceOf(Change.Done.class);
    }

    @Test
    void whatAnOpenIncidentDependsOnIsNotRemovedOrRenamedButMayBeChanged() {
        leased("me");
        Host host = registry.hostByName(new HostName("compute1")).orElseThrow();

        assertThat(registry.delete(segment.id(), NOW)).isInstanceOf(Change.InUse.class);
        assertThat(registry.delete(host.id(), NOW)).isInstanceOf(Change.InUse.class);
        assertThat(registry.update(host.id(), hostNamed("compute8"), NOW)).isInstanceOf(Change.InUse.class);
        assertThat(registry.update(host.id(), new NewHost(host.name(), "COMPUTE", "none", false, true), NOW))
                .isInstanceOf(Change.Done.class);
        assertThat(registry.update(segment.id(), named("rack8"), NOW)).isInstanceOf(Change.InUse.class);
        assertThat(registry.update(segment.id(), named("rack1"), NOW)).isInstanceOf(Change.Done.class);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        Segment gone = done(registry.delete(segment.id(), NOW));

        assertThat(registry.segment(gone.id())).isEmpty();
        assertThat(registry.hostByName(new HostName("compute1"))).isEmpty();
        assertThat(registry.update(gone.id(), named("x"), NOW)).isInstanceOf(Change.NotFound.class);
        assertThat(registry.create(gone.id(), hostNamed("x"), NOW)).isInstanceOf(Change.NotFound.class);
        assertThat(registry.delete(gone.id(), NOW)).isInstanceOf(Change.NotFound.class);
    }

    @Test
    void listsAreFilteredByWhatClientsSend() throws BadListRequestException {
        done(registry.create(named("rack2"), NOW.plusSeconds(1)));

        assertThat(registry.segments(filtered("recovery_method", "auto")))
                .extracting(Segment::name)
                .containsExactly("rack2");
        assertThat(registry.segments(filtered("enabled", "True"))).hasSize(2);
        assertThat(registry.segments(filtered("enabled", "0"))).isEmpty();
        assertThat(registry.segments(ListRequest.all()))
                .extracting(Segment::name)
                .containsExactly("rack2", "rack1");
        assertThat(registry.hosts(segment.id(), filtered("reserved", "yes")))
                .extracting(host -> host.name().value())
                .containsExactly("compute3");
        assertThat(registry.hosts(segment.id(), filtered("unheard_of", "x"))).hasSize(3);
        assertThat(registry.hosts(
                        segment.id(),
                        new ListRequest(Map.of(), List.of(new ListRequest.Sort("name", true)), 2, Optional.empty())))
                .extracting(host -> host.name().value())
                .containsExactly("compute1", "compute2");
    }

    private static ListRequest filtered(String name, String value) {
        return new ListRequest(Map.of(name, value), List.of(), 100, Optional.empty());
    }
}
