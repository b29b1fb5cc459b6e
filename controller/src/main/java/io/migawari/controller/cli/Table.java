// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import java.util.ArrayList;
import java.util.List;

/** A table as OpenStack's own client draws it. */
final class Table {

    private Table() {}

    static String of(List<String> titles, List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < titles.size(); column++) {
            int width = titles.get(column).length();
            for (List<String> row : rows) {
                width = Math.max(width, row.get(column).length());
            }
            widths.add(width);
        }
        var rule = new StringBuilder("+");
        widths.forEach(width -> rule.append("-".repeat(width + 2)).append('+'));
        rule.append('\n');
        var table = new StringBuilder(rule).append(line(titles, widths)).append(rule);
        rows.forEach(row -> table.append(line(row, widths)));
        return table.append(rows.isEmpty() ? "" : rule).toString();
    }

    private static String line(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder("|");
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            line.append(' ')
                    .append(cell)
                    .append(" ".repeat(widths.get(column) - cell.length()))
                    .append(" |");
        }
        return line.append('\n').toString();
    }
}
