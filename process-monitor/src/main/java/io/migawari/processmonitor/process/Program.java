// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.process;

import java.util.List;
import java.util.regex.Pattern;

/** What a command line runs. */
public final class Program {

    /** What runs the programs that are texts: the program is then the first argument that is no option. */
    private static final Pattern INTERPRETER = Pattern.compile("(python|perl|ruby|sh|bash|dash)[0-9.]*");

    private Program() {}

    /** The program itself, or the script that it interprets. */
    public static String of(List<String> words) {
        String first = words.get(0);
        if (!INTERPRETER.matcher(first.substring(first.lastIndexOf('/') + 1)).matches()) {
            return first;
        }
        return words.stream()
                .skip(1)
                .dropWhile(word -> word.startsWith("-"))
                .findFirst()
                .orElse(first);
    }
}
