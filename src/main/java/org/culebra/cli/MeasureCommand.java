package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.culebra.recipes.judge.Measuring;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code culebra measure IMAGES}. */
@Command(name = "measure", description = "Say how good generated images are, whoever made them.", sortOptions = false)
final class MeasureCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Parameters(
            paramLabel = "<images>",
            description = "An npz, npy or safetensors file of images [N, C, H, W], numbers from 0 to 1 or bytes,"
                    + " or a folder of PNG or JPEG pictures.")
    private Path images = Path.of("");

    @Option(
            names = "--data",
            order = 1,
            required = true,
            paramLabel = "<name>",
            completionCandidates = Subjects.class,
            description = "What they are to look like: ${COMPLETION-CANDIDATES}.")
    private String data = "";

    @Option(
            names = "--judge",
            order = 2,
            paramLabel = "<file>",
            description = "A judge of one's own, out of the recipe judge; without it, the one that all share.")
    private @Nullable Path judge;

    @Option(
            names = "--count",
            order = 3,
            paramLabel = "<n>",
            defaultValue = "0",
            description = "The most images to take, of these and of the real ones; all if not given.")
    private int count;

    MeasureCommand(PrintStream out) {
        this.common = new CommonOptions(out);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        if (!Measuring.subjects().contains(data)) {
            throw common.wrong("data: " + String.join(", ", Measuring.subjects()) + ", not '" + data + "'");
        }
        if (count < 0) {
            throw common.wrong("count: at least 0, not " + count);
        }
        var measuring = new Measuring(
                common.places(), common.out(), Terminal.isStandardError(), data, Optional.ofNullable(judge), count);
        common.finish(measuring.measure(images));
        return ExitCode.OK;
    }

    /** What shells complete. */
    private static final class Subjects implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Measuring.subjects().iterator();
        }
    }
}
