// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Happening;
import io.migawari.instancemonitor.domain.Sighting;
import io.migawari.instancemonitor.domain.Sign;
import io.migawari.time.SystemTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against the real library and the test driver that it carries inside, whose one domain lives in this process. Skipped, and
 * said so, where libvirt is not installed; a real libvirtd with real guests is a matter of {@code acceptance/run libvirt}.
 */
class LibvirtContractTest {

    private static final Duration MOST = Duration.ofSeconds(20);

    /** What a person would do with virsh. */
    private static final class Person {
        static native Pointer virConnectOpen(byte[] uri);

        static native Pointer virDomainLookupByName(Pointer connection, byte[] name);

        static native int virDomainDestroy(Pointer domain);

        static native int virDomainCreate(Pointer domain);

        static native int virDomainSuspend(Pointer domain);

        static native int virDomainResume(Pointer domain);

        static native int virDomainReboot(Pointer domain, int flags);
    }

    private final SystemTime time = new SystemTime();
    private LibvirtHypervisor libvirt;
    private Pointer domain;

    @BeforeAll
    static void needsLibvirt() {
        boolean there;
        try {
            NativeLibrary.getInstance(Libvirt.LIBRARY);
            there = true;
        } catch (UnsatisfiedLinkError e) {
            there = false;
        }
        assumeTrue(there, "skipped: " + Libvirt.LIBRARY + " is not installed (Debian: libvirt0)");
        Native.register(Person.class, Libvirt.LIBRARY);
    }

    @BeforeEach
    void connect() throws Exception {
        libvirt = at("test:///default");
        assertThat(next()).isInstanceOf(Happening.Connected.class);
        domain = Person.virDomainLookupByName(
                Person.virConnectOpen(Libvirt.bytes("test:///default")), Libvirt.bytes("test"));
    }

    @AfterEach
    void disconnect() {
        libvirt.close();
    }

    private LibvirtHypervisor at(String uri) throws Exception {
        return new LibvirtHypervisor(
                new LibvirtHypervisor.Settings(uri, Duration.ofSeconds(5), 3, Duration.ofSeconds(10)), time);
    }

    private Happening next() throws InterruptedException {
        return libvirt.next(MOST).orElseThrow();
    }

    private List<Sign> heard(int events) throws InterruptedException {
        List<Sign> signs = new ArrayList<>();
        while (signs.size() < events) {
            Happening.OfDomain event = (Happening.OfDomain) next();
            assertThat(event.domain().name()).isEqualTo("test");
            assertThat(event.domain().uuid()).hasSize(36);
            signs.add(event.sign());
        }
        return signs;
    }

    private Sighting.Seen seen() throws InterruptedException {
        return ((Sighting.Domains) libvirt.look()).all().get(0);
    }

    @Test
    void whatAPersonDoesIsHeardAndSeen() throws InterruptedException {
        assertThat(seen().sign()).isEqualTo(Sign.RUNS);
        Person.virDomainSuspend(domain);
        assertThat(heard(1)).containsExactly(Sign.PAUSED);
        assertThat(seen().sign()).isEqualTo(Sign.PAUSED);
        Person.virDomainResume(domain);
        assertThat(heard(1)).containsExactly(Sign.RUNS);
        Person.virDomainDestroy(domain);
        assertThat(heard(1)).containsExactly(Sign.STOPPED_DESTROYED);
        assertThat(seen().sign()).isEqualTo(Sign.STOPPED_DESTROYED);
        assertThat(seen().words()).isEqualTo("found in state 5/2");
        Person.virDomainCreate(domain);
        assertThat(heard(1)).containsExactly(Sign.RUNS);
        assertThat(libvirt.trouble()).isEmpty();
        assertThat(libvirt.isTurning()).isTrue();
    }

    @Test
    void callbacksOutliveTheGarbageCollectorAndSecondConnections() throws Exception {
        for (int i = 0; i < 5; i++) {
            libvirt.close();
            libvirt = at("test:///default");
            assertThat(next()).isInstanceOf(Happening.Connected.class);
            System.gc();
            Person.virDomainSuspend(domain);
            Person.virDomainResume(domain);
            assertThat(heard(2)).containsExactly(Sign.PAUSED, Sign.RUNS);
        }
    }

    @Test
    void aThousandEventsAllArriveInTheirOrder() throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            Person.virDomainSuspend(domain);
            Person.virDomainResume(domain);
        }
        List<Sign> heard = heard(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(heard.get(i)).isEqualTo(i % 2 == 0 ? Sign.PAUSED : Sign.RUNS);
        }
    }

    @Test
    void whoseADomainIsIsReadFromItsMetadata() throws InterruptedException {
        assertThat(libvirt.isNovas(seen().domain())).contains(false);
        assertThat(libvirt.isNovas(new Domain("00000000-0000-4000-8000-000000000000", "nobody")))
                .as("there is no such domain")
                .isEmpty();
    }

    @Test
    void aLibvirtThatIsNotThereIsWaitedForAndNamed() throws Exception {
        libvirt.close();
        libvirt = at("qemu+unix:///system?socket=/nowhere/libvirt-sock");
        Optional<Happening> nothing = libvirt.next(Duration.ofMillis(200));
        assertThat(nothing).isEmpty();
        assertThat(libvirt.look()).isInstanceOf(Sighting.CannotSee.class);
        assertThat(libvirt.trouble().orElseThrow()).contains("/nowhere/libvirt-sock");
    }

    @Test
    void aCallThatHangsIsNotWaitedForAndKeepsLaterOnesFromHangingToo() throws Exception {
        var calls = new PatientCalls();
        var ends = new java.util.concurrent.CountDownLatch(1);
        assertThatThrownBy(() -> calls.within(
                        Duration.ofMillis(50),
                        () -> ends.await(MOST.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)))
                .hasMessage("libvirt has not answered for 50 ms");
        assertThat(calls.isBusy()).isTrue();
        assertThatThrownBy(() -> calls.within(MOST, () -> true)).hasMessage("libvirt hangs in an earlier call");
        ends.countDown();
        assertThat(calls.start(() -> 5).get()).isEqualTo(5);
        assertThat(calls.within(MOST, () -> 7)).isEqualTo(7);
    }
}
