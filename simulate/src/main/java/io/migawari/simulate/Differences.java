// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import java.util.ArrayList;
import java.util.List;

/** Two texts line by line: what both have, what only the first has (-), what only the second has (+). */
final class Differences {

    private static final int AROUND = 2;

    private Differences() {}

    /** The lines that differ, each with a few before and after it. */
    static List<String> between(List<String> expected, List<String> found) {
        int[][] common = common(expected, found);
        List<String> all = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < expected.size() || j < found.size()) {
            if (i < expected.size() && j < found.size() && expected.get(i).equals(found.get(j))) {
                all.add("  " + expected.get(i));
                i++;
                j++;
            } else if (j >= found.size() || (i < expected.size() && common[i + 1][j] >= common[i][j + 1])) {
                all.add("- " + expected.get(i++));
            } else {
                all.add("+ " + found.get(j++));
            }
        }
        return shortened(all);
    }

    /** The length of the longest common part of what follows. */
    private static int[][] common(List<String> a, List<String> b) {
        int[][] length = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                length[i][j] = a.get(i).equals(b.get(j))
                        ? length[i + 1][j + 1] + 1
                        : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        return length;
    }

    private static List<String> shortened(List<String> all) {
        List<String> shown = new ArrayList<>();
        boolean skipping = false;
        for (int i = 0; i < all.size(); i++) {
            boolean isNear = all.subList(Math.max(0, i - AROUND), Math.min(all.size(), i + AROUND + 1)).stream()
                    .anyMatch(line -> !line.startsWith("  "));
            if (isNear) {
                shown.add(all.get(i));
            } else if (!skipping) {
                shown.add("  …");
            }
            skipping = !isNear;
        }
        return shown;
    }
}
