// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever Pacemaker's tools say is understood, or refused with words. The ordinary build tries the samples; CONTRIBUTING says
 * how to look for more.
 */
class ParsersFuzzTest {

    private interface Parser {
        Object parse(String text) throws UnreadableException;
    }

    private static void understandOrRefuse(Parser parser, String text) {
        try {
            parser.parse(text);
        } catch (UnreadableException e) {
            if (e.getMessage().isBlank()) {
                throw new AssertionError("refused without words", e);
            }
        }
    }

    private static Stream<Arguments> mons() {
        return Sample.names().stream().map(name -> Arguments.of(Sample.mon(name)));
    }

    private static Stream<Arguments> cibs() {
        return Sample.names().stream().filter(Sample::hasCib).map(name -> Arguments.of(Sample.cib(name)));
    }

    private static Stream<Arguments> both() {
        return Sample.names().stream()
                .filter(Sample::hasCib)
                .map(name -> Arguments.of(Sample.mon(name), Sample.cib(name)));
    }

    @MethodSource("mons")
    @FuzzTest(maxDuration = "2m")
    void whateverCrmMonSays(@NotNull String output) {
        understandOrRefuse(CrmMon::parse, output);
    }

    @MethodSource("cibs")
    @FuzzTest(maxDuration = "2m")
    void whateverCibadminSays(@NotNull String output) {
        understandOrRefuse(Cib::parse, output);
    }

    /** And nobody is called fenced without a fencing that says so. */
    @MethodSource("both")
    @FuzzTest(maxDuration = "2m")
    void whateverBothSay(@NotNull String mon, @NotNull String cib) {
        understandOrRefuse(
                text -> {
                    Sighting sighting = ClusterView.of("compute1", CrmMon.parse(text), Cib.parse(cib));
                    if (sighting instanceof Sighting.Partition partition) {
                        partition.hosts().values().forEach(host -> {
                            if (host.standing() == Standing.FENCED
                                    && host.lastFencing().isEmpty()) {
                                throw new AssertionError("fenced by nobody: " + host);
                            }
                        });
                    }
                    return sighting;
                },
                mon);
    }
}
