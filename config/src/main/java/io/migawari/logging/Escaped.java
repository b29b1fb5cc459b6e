// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

/**
 * Text from anywhere, fit to stand in a log: what could end a line, steer a terminal or turn the direction of reading is written
 * as an escape, and what is too long is cut, with a mark that says so.
 */
final class Escaped {

    /** Longer than any sentence of ours with the answer of a server in it. */
    static final int LONGEST_MESSAGE = 8_000;

    /** Longer than any name, id or list of hosts; the reasons of people are shorter. */
    static final int LONGEST_VALUE = 4_000;

    private Escaped() {}

    static String of(String text, int longest) {
        String cut = cut(text, longest);
        if (cut.codePoints().noneMatch(Escaped::mustBe)) {
            return cut;
        }
        var escaped = new StringBuilder(cut.length() + 16);
        cut.codePoints().forEach(c -> {
            if (mustBe(c)) {
                escaped.append(escape(c));
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }

    /** Control characters of either set, ends of lines and paragraphs, marks of direction, halves of characters. */
    static boolean mustBe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            default -> c > 0xffff ? String.format("\\U%08x", c) : String.format("\\u%04x", c);
        };
    }

    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "… (" + (text.length() - end) + " more characters are cut off)";
    }
}
