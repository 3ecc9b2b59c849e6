package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.culebra.data.Catalogue;
import org.culebra.data.DataPlaces;
import org.culebra.data.Dataset;
import org.culebra.data.Splits;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culebra data}: the ready data sets. */
@Command(name = "data", description = "List, fetch and look at data sets.", synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    static CommandLine of(PrintStream out) {
        var command = new CommandLine(new DataCommand());
        command.addSubcommand(new ListCommand(out));
        command.addSubcommand(new FetchCommand(out));
        command.addSubcommand(new ShowCommand(out));
        return command;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? There are list, fetch, show.");
    }

    /** What all three take. */
    private abstract static class Part implements Callable<Integer> {
        final PrintStream out;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(
                names = "--data-dir",
                order = 20,
                paramLabel = "<folder>",
                description = "Where to look for data sets first.")
        private @Nullable Path folder;

        private Part(PrintStream out) {
            this.out = out;
        }

        DataPlaces places() throws IOException {
            DataPlaces places =
                    DataPlaces.standard().chosen(Optional.ofNullable(folder)).log(out::println);
            places.requireChosen();
            return places;
        }

        Catalogue named(String name) {
            try {
                return Catalogue.named(name);
            } catch (IllegalArgumentException e) {
                throw wrong(String.valueOf(e.getMessage()));
            }
        }

        ParameterException wrong(String message) {
            return new ParameterException(spec.commandLine(), message);
        }
    }

    /** {@code culebra data list}. */
    @Command(name = "list", description = "List them, and whether they are on this machine.")
    private static final class ListCommand extends Part {
        private ListCommand(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException {
            DataPlaces offline = places().offline();
            for (Catalogue set : Catalogue.all()) {
                out.println(String.format(Locale.ROOT, "%-14s %s", set.name(), set.description()));
                out.println(" ".repeat(15) + where(set, offline));
            }
            return ExitCode.OK;
        }

        private static String where(Catalogue set, DataPlaces offline) {
            try {
                return "here: " + set.source().load(offline).origin();
            } catch (IOException e) {
                return "not here: " + e.getMessage();
            }
        }
    }

    /** {@code culebra data fetch NAME}. */
    @Command(name = "fetch", description = "Bring one into the cache, if it is not on this machine.")
    private static final class FetchCommand extends Part {
        @Parameters(paramLabel = "<name>", description = "Which one; culebra data list shows them.")
        private String name = "";

        private FetchCommand(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException {
            out.println(
                    name + " is here: " + named(name).source().load(places()).origin());
            return ExitCode.OK;
        }
    }

    /** {@code culebra data show NAME}. */
    @Command(name = "show", description = "Say what is in one, and draw some of it.")
    private static final class ShowCommand extends Part {
        private static final String SHADES = " .:-=+*#%@";

        @Parameters(paramLabel = "<name>", description = "Which one; culebra data list shows them.")
        private String name = "";

        @Option(
                names = "--count",
                paramLabel = "<n>",
                defaultValue = "3",
                description = "Pictures to draw; ${DEFAULT-VALUE} if not given.")
        private int count;

        private ShowCommand(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException {
            if (count < 0) {
                throw wrong("count: 0 pictures or more, not " + count);
            }
            Splits splits = named(name).source().load(places());
            out.println(splits.training() + ", and " + splits.test().size() + " to test with");
            out.println(splits.origin());
            out.println();
            classes(splits.training());
            for (int i = 0; i < Math.min(count, splits.training().size()); i++) {
                draw(splits.training(), i);
            }
            return ExitCode.OK;
        }

        private void classes(Dataset set) {
            long[] counts = new long[set.classes().size()];
            for (long label : set.labels().toLongArray()) {
                counts[(int) label]++;
            }
            for (int k = 0; k < counts.length; k++) {
                out.println(String.format(
                        Locale.ROOT, "%8d  %s", counts[k], set.classes().get(k)));
            }
        }

        /** Dark on light or light on dark: two characters per pixel, the brightest the fullest. */
        private void draw(Dataset set, int example) {
            var batch = set.get(example);
            Tensor grey = batch.inputs().to(DType.F32).mean(0, 1);
            double[] pixels = grey.toDoubleArray();
            double most = Math.max(1, Arrays.stream(pixels).max().orElse(1));
            int width = (int) grey.dim(1);
            out.println();
            out.println(set.classes().get((int) batch.targets().itemAsLong()));
            for (int row = 0; row < grey.dim(0); row++) {
                var line = new StringBuilder();
                for (int column = 0; column < width; column++) {
                    int shade =
                            (int) Math.min(SHADES.length() - 1, pixels[row * width + column] / most * SHADES.length());
                    line.append(SHADES.charAt(shade)).append(SHADES.charAt(shade));
                }
                out.println(line.toString().stripTrailing());
            }
        }
    }
}
