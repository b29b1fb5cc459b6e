// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a webhook is sent instead of Migawari's own JSON: a <a href="https://mustache.github.io/mustache.5.html">Mustache</a> text
 * with the fields of docs/alerts.md. Values are escaped as the content type needs it. Safe for any thread.
 */
public final class BodyTemplate {

    /** What may stand in braces. Where a field means nothing it is empty, which is false for a section. */
    public static final List<String> FIELDS = List.of(
            "id",
            "alert",
            "event",
            "raised",
            "resolved",
            "time",
            "severity",
            "kind",
            "incident",
            "host",
            "segment",
            "gate",
            "message",
            "next_step",
            "text",
            "raised_at",
            "resolved_at",
            "resolution");

    private static final String AWKWARD = "\"a\" <b> & c\\d 100% ü\nnext line";

    private final String source;
    private final String contentType;
    private final Template template;

    private BodyTemplate(String source, String contentType) {
        this.source = source;
        this.contentType = contentType;
        this.template = Mustache.compiler()
                .withEscaper(escaper(contentType))
                .emptyStringIsFalse(true)
                .strictSections(true)
                .compile(source);
    }

    /**
     * @param contentType such as {@code application/json}
     * @throws IllegalArgumentException saying what is wrong with it: its form, a field that there is not, or that it makes no JSON
     */
    public static BodyTemplate of(String source, String contentType) {
        try {
            var template = new BodyTemplate(source, contentType);
            Map<String, String> full = new HashMap<>();
            FIELDS.forEach(field -> full.put(field, AWKWARD));
            template.check(full);
            template.check(Map.of("event", "raised", "raised", "true"));
            template.check(Map.of("event", "resolved", "resolved", "true"));
            return template;
        } catch (MustacheException e) {
            throw new IllegalArgumentException(e.getMessage() + "; the fields are " + String.join(", ", FIELDS), e);
        }
    }

    private void check(Map<String, String> fields) {
        String body = fill(fields);
        if (!isJson(contentType)) {
            return;
        }
        try (JsonParser parser = new JsonFactory().createParser(body)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("it makes no JSON, but nothing");
            }
            do {
                parser.skipChildren();
            } while (parser.nextToken() != null);
        } catch (IOException e) {
            throw new IllegalArgumentException("what it makes is no JSON: " + e.getMessage(), e);
        }
    }

    private static boolean isJson(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || type.endsWith("+json");
    }

    private static Mustache.Escaper escaper(String contentType) {
        if (isJson(contentType)) {
            return text -> String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text));
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/x-www-form-urlencoded" -> text -> URLEncoder.encode(text, StandardCharsets.UTF_8);
            case "text/html", "text/xml", "application/xml" -> Escapers.HTML;
            default -> Escapers.NONE;
        };
    }

    public String contentType() {
        return contentType;
    }

    /** @param fields those that mean something; all others of {@link #FIELDS} are empty */
    public String fill(Map<String, String> fields) {
        Map<String, String> all = new HashMap<>();
        FIELDS.forEach(field -> all.put(field, fields.getOrDefault(field, "")));
        return template.execute(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BodyTemplate that && source.equals(that.source) && contentType.equals(that.contentType);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    @Override
    public String toString() {
        return contentType + ": " + source;
    }
}
