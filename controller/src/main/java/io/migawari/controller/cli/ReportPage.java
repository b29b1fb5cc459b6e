// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** An incident's report as a page: the answer of the API, told in the order in which somebody who was not there would ask. */
final class ReportPage {

    private static final int SECONDS_OF_TIME = "2026-11-21T03:00:00".length();

    private ReportPage() {}

    static String of(JsonNode report, Page.Form form) {
        var page = new Page(form);
        boolean aboutHost = report.at("/incident/kind").asText().equals("host");
        page.title("Incident report: " + text(report, "title"));
        page.paragraph(text(report, "summary"));
        facts(page, report);
        leftToDo(page, report);
        stages(page, report);
        waits(page, report);
        people(page, report);
        if (!report.path("evidence").isEmpty()) {
            page.section(aboutHost ? "Why it was taken for dead" : "What was reported");
            page.table(
                    List.of("time (UTC)", "seen by", "what", "proves death"),
                    rows(
                            report.path("evidence"),
                            row -> List.of(
                                    time(row, "observed_at"),
                                    text(row, "observed_by"),
                                    text(row, "message"),
                                    row.path("proves_death").asBoolean() ? "yes" : "no")));
        }
        instances(page, report);
        actions(page, report);
        page.section("The story");
        page.table(
                List.of("time (UTC)", "since the start", "what"),
                rows(
                        report.path("story"),
                        row -> List.of(time(row, "at"), text(row, "after_report"), text(row, "message"))));
        return page.toString();
    }

    private static void facts(Page page, JsonNode report) {
        JsonNode incident = report.path("incident");
        List<String> facts = new ArrayList<>();
        facts.add("Incident " + text(incident, "uuid"));
        facts.add("Host " + text(incident, "host") + " in the failover segment " + text(report, "segment"));
        facts.add("From " + time(incident, "opened_at") + " to "
                + (incident.path("closed_at").isNull()
                        ? "now (" + time(report, "made_at") + ")"
                        : time(incident, "closed_at"))
                + " UTC: " + text(report, "lasted"));
        report.path("reserved_hosts")
                .forEach(host -> facts.add("Reserved host " + text(host, "host") + ": " + text(host, "state")));
        report.path("related")
                .forEach(other -> facts.add("See also incident " + text(other, "uuid") + ": " + text(other, "kind")
                        + " of " + text(other, "host") + ", " + text(other, "phase")));
        page.paragraph("");
        page.points(facts);
    }

    private static void leftToDo(Page page, JsonNode report) {
        page.section("What is left to do");
        List<String> left = new ArrayList<>();
        report.path("left_to_do").forEach(line -> left.add(line.asText()));
        if (left.isEmpty()) {
            page.paragraph("Nothing.");
        } else {
            page.points(left);
        }
    }

    private static void stages(Page page, JsonNode report) {
        page.section("How long it took");
        page.table(
                List.of("stage", "time (UTC)", "since the start", "since the stage before"),
                rows(
                        report.path("stages"),
                        row -> List.of(
                                text(row, "what"), time(row, "at"), text(row, "after_report"), text(row, "took"))));
    }

    private static void waits(Page page, JsonNode report) {
        page.section("What it waited for");
        if (report.path("waits").isEmpty()) {
            page.paragraph("Nothing.");
            return;
        }
        page.table(
                List.of("from (UTC)", "for", "why", "how long", "a person was needed"),
                rows(
                        report.path("waits"),
                        row -> List.of(
                                time(row, "from"),
                                text(row, "for"),
                                text(row, "message"),
                                text(row, "lasted") + (row.path("until").isNull() ? ", still" : ""),
                                row.path("needs_person").asBoolean() ? "yes" : "no")));
    }

    private static void people(Page page, JsonNode report) {
        page.section("What people said and changed");
        if (report.path("people").isEmpty()) {
            page.paragraph("Nothing.");
            return;
        }
        page.table(
                List.of("time (UTC)", "who", "what", "why", "answer"),
                rows(
                        report.path("people"),
                        row -> List.of(
                                time(row, "at"),
                                text(row, "who"),
                                what(row),
                                text(row, "why"),
                                text(row, "result")
                                        + (row.path("message").isNull() ? "" : ": " + text(row, "message")))));
    }

    private static String what(JsonNode row) {
        if (row.path("about_this").asBoolean()) {
            return text(row, "what");
        }
        String details = row.path("details").asText();
        return text(row, "what")
                + (row.path("target_name").isNull() ? "" : " " + text(row, "target_name"))
                + (details.isEmpty() ? "" : " (" + details + ")");
    }

    private static void instances(Page page, JsonNode report) {
        if (report.path("instances").isEmpty()) {
            return;
        }
        page.section("The instances");
        page.table(
                List.of(
                        "instance",
                        "from",
                        "to",
                        "was",
                        "became",
                        "since the start",
                        "took",
                        "attempts",
                        "remarks",
                        "id"),
                rows(
                        report.path("instances"),
                        row -> List.of(
                                text(row, "instance_name"),
                                text(row, "source"),
                                text(row, "destination"),
                                text(row, "former_state"),
                                text(row, "state"),
                                text(row, "back_after_report"),
                                text(row, "lasted"),
                                text(row, "attempts"),
                                text(row, "message"),
                                text(row, "instance_uuid"))));
    }

    private static void actions(Page page, JsonNode report) {
        if (report.path("actions").isEmpty()) {
            return;
        }
        page.section("What was done");
        page.table(
                List.of("time (UTC)", "what", "answer", "request id"),
                rows(
                        report.path("actions"),
                        row -> List.of(
                                time(row, "intended_at"),
                                withNames(text(row, "step"), report),
                                text(row, "outcome")
                                        + (row.path("message").isTextual() ? ": " + text(row, "message") : ""),
                                text(row, "request_id"))));
    }

    /** Ids of instances as their names; the table of the instances has both. */
    private static String withNames(String words, JsonNode report) {
        String named = words;
        for (JsonNode instance : report.path("instances")) {
            named = named.replace(text(instance, "instance_uuid"), text(instance, "instance_name"));
        }
        return named;
    }

    private interface Cells {
        List<String> of(JsonNode row);
    }

    private static List<List<String>> rows(JsonNode all, Cells cells) {
        List<List<String>> rows = new ArrayList<>();
        all.forEach(row -> rows.add(cells.of(row)));
        return rows;
    }

    /** To the second, with a blank where a T is hard to read. */
    private static String time(JsonNode object, String field) {
        String time = object.path(field).asText();
        return time.length() < SECONDS_OF_TIME
                ? "-"
                : time.substring(0, SECONDS_OF_TIME).replace('T', ' ');
    }

    private static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isMissingNode() || value.isNull() ? "-" : value.asText();
    }
}
