package org.culebra.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.culebra.data.DataPlaces;
import org.culebra.io.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What commands that compute have in common. */
final class CommonOptions {
    private final PrintStream out;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data-dir",
            order = 120,
            paramLabel = "<folder>",
            description = "Where to look for data sets first.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--threads",
            order = 121,
            paramLabel = "<n>",
            description = "Threads to use; all processors if not given.")
    private @Nullable Integer threads;

    @Option(names = "--json", order = 122, description = "End standard output with one line of JSON: the results.")
    private boolean json;

    CommonOptions(PrintStream out) {
        this.out = out;
    }

    /** Sets what is read once and for all by the first kernel. */
    void prepare() {
        if (threads != null) {
            if (threads < 1) {
                throw wrong("threads: at least 1, not " + threads);
            }
            System.setProperty("culebra.threads", threads.toString());
        }
        Settings.requireGood(spec.commandLine());
    }

    DataPlaces places() {
        return DataPlaces.standard().chosen(Optional.ofNullable(dataDirectory));
    }

    PrintStream out() {
        return out;
    }

    /** Prints the results for programs, if they were asked for. */
    void finish(Map<String, Object> results) {
        if (json) {
            out.println(Json.write(results));
        }
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
