// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.migawari.time.SystemTime;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code migawari import-masakari}. */
@Command(
        name = "import-masakari",
        mixinStandardHelpOptions = true,
        description = {
            "Takes over the segments and hosts of a Masakari.",
            "Nothing is changed there, nor anything that is here already, so it can be run again and again.",
            "Stop masakari-engine before the monitors report to Migawari: docs/from-masakari.md."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything is here as it is there",
            "1:something is here otherwise than there, or was refused; the table says what and why",
            "2:the command was not understood",
            "3:Masakari, its database or the controller cannot be reached, or did not let us in"
        },
        footer = {
            "",
            "Example: migawari import-masakari --database mysql+pymysql://masakari@db1/masakari --dry-run",
            "Example: migawari import-masakari --api http://controller:15868"
        })
final class ImportMasakariCommand implements Callable<Integer>, Migawari.NeedsEnvironment {

    private static final String[] COLUMNS = {"result", "segment", "host", "why"};

    /** Where to read. */
    static final class Source {
        @Option(
                names = "--database",
                paramLabel = "URL",
                description = "as in masakari.conf; a password that is not in it is taken from MASAKARI_DB_PASSWORD")
        private @Nullable String database;

        @Option(names = "--api", paramLabel = "URL", description = "the address of its masakari-api")
        private @Nullable String api;
    }

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Connection connection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // the same
    private Output output;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // the same
    private Source source;

    @Option(names = "--dry-run", description = "only show what would be created")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init") // the same
    private CommandSpec spec;

    /** Of segments of ours, by their names: asked for once each. */
    private final Map<String, String> ids = new HashMap<>();

    private Map<String, String> environment = Map.of();

    @Override
    public void environment(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ApiClient ours = connection.client();
        var imported = Patience.during(
                () -> imported(ours),
                "Taking segments and hosts over",
                spec.commandLine().getErr());
        output.list(imported.rows(), COLUMNS);
        if (imported.unfinished() > 0) {
            output.say(imported.unfinished()
                    + " notification(s) of Masakari are not finished. Next step: let masakari-engine finish "
                    + "them before it is stopped; Migawari does not go on with them.");
        }
        return imported.allIsWell() ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    private record Imported(ArrayNode rows, boolean allIsWell, long unfinished) {}

    private Imported imported(ApiClient ours) throws ApiFailure, InterruptedException {
        MasakariInventory there = read();
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        boolean allIsWell = true;
        for (ImportPlan.Item item :
                ImportPlan.of(there, MasakariInventory.of(ours)).items()) {
            String result = item.action().name().toLowerCase(Locale.ROOT);
            String why = item.words();
            if (item.action() == ImportPlan.Action.CREATE && !dryRun) {
                Optional<String> refusal = create(ours, item);
                result = refusal.isPresent() ? "refused" : "created";
                why = refusal.orElse("");
                allIsWell &= refusal.isEmpty();
            }
            allIsWell &= item.action() != ImportPlan.Action.DIFFERS;
            rows.addObject()
                    .put("result", result)
                    .put("segment", item.segment())
                    .put("host", item.host().orElse(null))
                    .put("why", why);
        }
        return new Imported(rows, allIsWell, there.unfinished());
    }

    private MasakariInventory read() throws ApiFailure, InterruptedException {
        if (source.api != null) {
            URI there = Connection.url("--api", source.api, spec);
            try {
                return MasakariInventory.of(new ApiClient(there, environment, new SystemTime()));
            } catch (ApiFailure e) {
                throw new ApiFailure(e.exitCode(), "Masakari cannot be read (--api): " + e.words());
            }
        }
        try {
            return MasakariDatabase.at(
                            String.valueOf(source.database),
                            Optional.ofNullable(environment.get("MASAKARI_DB_PASSWORD")))
                    .read();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** @return why the controller has refused, if it has; of a host also that its segment was */
    private Optional<String> create(ApiClient ours, ImportPlan.Item item) throws ApiFailure, InterruptedException {
        try {
            if (item.host().isEmpty()) {
                ours.post("/v1/segments", item.body());
            } else {
                ours.post("/v1/segments/" + idOf(item.segment(), ours) + "/hosts", item.body());
            }
            return Optional.empty();
        } catch (ApiFailure e) {
            if (e.exitCode() == Failures.REFUSED) {
                return Optional.of(e.words());
            }
            throw e;
        }
    }

    private String idOf(String segment, ApiClient ours) throws ApiFailure, InterruptedException {
        String known = ids.get(segment);
        if (known == null) {
            known = Connection.segmentId(ours, segment);
            ids.put(segment, known);
        }
        return known;
    }
}
