// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        private @Nullable URI api;
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

    private Map<String, String> environment = Map.of();

    @Override
    public void environment(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ApiClient ours = connection.client();
        MasakariInventory there = read();
        var plan = ImportPlan.of(there, MasakariInventory.of(ours));
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        Set<String> notCreated = new HashSet<>();
        boolean allIsWell = true;
        for (ImportPlan.Item item : plan.items()) {
            String result = item.action().name().toLowerCase(Locale.ROOT);
            String why = item.words();
            if (item.action() == ImportPlan.Action.CREATE && !dryRun) {
                Optional<String> refusal = notCreated.contains(item.segment())
                        ? Optional.of("its segment was refused")
                        : create(ours, item);
                result = refusal.isPresent() ? "refused" : "created";
                why = refusal.orElse("");
                if (refusal.isPresent() && item.host().isEmpty()) {
                    notCreated.add(item.segment());
                }
            }
            allIsWell &= !result.equals("differs") && !result.equals("refused");
            results.addObject()
                    .put("result", result)
                    .put("segment", item.segment())
                    .put("host", item.host().orElse(null))
                    .put("why", why);
        }
        output.list(results, COLUMNS);
        if (there.unfinished() > 0) {
            output.say(there.unfinished()
                    + " notification(s) of Masakari are not finished. Next step: let masakari-engine finish "
                    + "them before it is stopped; Migawari does not go on with them.");
        }
        return allIsWell ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
    }

    private MasakariInventory read() throws ApiFailure, InterruptedException {
        if (source.api != null) {
            return MasakariInventory.of(new ApiClient(source.api, environment));
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

    /** @return why the controller has refused, if it has */
    private static Optional<String> create(ApiClient ours, ImportPlan.Item item)
            throws ApiFailure, InterruptedException {
        try {
            String path = item.host().isEmpty()
                    ? "/v1/segments"
                    : "/v1/segments/" + Connection.segmentId(ours, item.segment()) + "/hosts";
            ours.post(path, item.body());
            return Optional.empty();
        } catch (ApiFailure e) {
            if (e.exitCode() == Failures.REFUSED) {
                return Optional.of(e.words());
            }
            throw e;
        }
    }
}
