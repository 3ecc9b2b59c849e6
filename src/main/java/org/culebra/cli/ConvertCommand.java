package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.culebra.io.Conversion;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code culebra convert FROM TO}. */
@Command(name = "convert", description = "Convert between .safetensors and .npz.")
final class ConvertCommand implements Callable<Integer> {
    private final PrintStream out;

    @Parameters(index = "0", paramLabel = "<from>", description = "The file to read.")
    private Path from = Path.of("");

    @Parameters(index = "1", paramLabel = "<to>", description = "The file to write.")
    private Path to = Path.of("");

    ConvertCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        Conversion.convert(from, to).forEach(out::println);
        out.println(to + " written");
        return ExitCode.OK;
    }
}
