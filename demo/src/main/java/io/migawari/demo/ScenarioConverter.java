// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Scenarios by the names that they have on the command line. */
final class ScenarioConverter implements ITypeConverter<Scenario>, Iterable<String> {

    @Override
    public Scenario convert(String name) {
        return Arrays.stream(Scenario.values())
                .filter(scenario -> scenario.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "\"" + name + "\" is no scenario; there are: " + Arrays.toString(Scenario.values())));
    }

    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(Scenario.values()).map(Scenario::toString).iterator();
    }
}
