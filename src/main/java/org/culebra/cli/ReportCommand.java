package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.culebra.report.HtmlReport;
import org.culebra.report.RunComparison;
import org.culebra.report.RunFolder;
import org.culebra.train.Run;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code culebra report RUN…}. */
@Command(
        name = "report",
        description = {
            "Write a page about a run, whether it has ended or not.",
            "Of several: a page that compares them."
        })
final class ReportCommand implements Callable<Integer> {
    private final PrintStream out;

    @Parameters(arity = "1..*", paramLabel = "<run>", description = "The folder of a run.")
    private List<Path> runs = List.of();

    @Option(
            names = "--out",
            paramLabel = "<file>",
            description = "Where to write the comparison; comparison.html if not given.")
    private @Nullable Path file;

    ReportCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        for (Path run : runs) {
            if (!Files.isDirectory(run) || !new Run(run).isBegun()) {
                throw new IOException(run + " is not the folder of a run");
            }
            RunFolder.read(run).damages().forEach(out::println);
        }
        if (runs.size() == 1 && file == null) {
            out.println("report written to " + HtmlReport.write(runs.getFirst()));
        } else {
            Path target = file == null ? Path.of("comparison.html") : file;
            RunComparison.write(runs, target);
            out.println("comparison written to " + target);
        }
        return ExitCode.OK;
    }
}
