package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.culebra.recipes.Recipe;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** All commands, as picocli runs them. */
final class Commands {
    private Commands() {}

    /** Runs one with given recipes and streams; its exit code. */
    static int run(List<Recipe> recipes, PrintStream out, PrintStream err, String... args) {
        CommandLine command = commandLine(recipes, out);
        command.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        try {
            int exitCode = command.execute(args);
            command.getOut().flush();
            // A print stream swallows what went wrong; what it was is not to be had any more.
            if (out.checkError() && exitCode == CommandLine.ExitCode.OK) {
                throw new IOException("standard output could not be written to its end");
            }
            return exitCode;
        } catch (Throwable e) { // an Error must not end in a stack trace either
            return Failures.report(e, command.getErr());
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** The command with its subcommands, ready to be executed or completed. */
    private static CommandLine commandLine(List<Recipe> recipes, PrintStream out) {
        var command = new CommandLine(new Culebra());
        command.addSubcommand(TrainCommand.of(recipes, out));
        command.addSubcommand(new RecipesCommand(recipes, out));
        command.addSubcommand(new EvaluateCommand(recipes, out));
        command.addSubcommand(new PredictCommand(recipes, out));
        command.addSubcommand(new MeasureCommand(out));
        command.addSubcommand(new TranslateCommand(recipes, out));
        command.addSubcommand(new GenerateCommand(recipes, out));
        command.addSubcommand(new InterpolateCommand(recipes, out));
        command.addSubcommand(new InvertCommand(recipes, out));
        command.addSubcommand(new AttributeCommand(recipes, out));
        command.addSubcommand(new ReportCommand(out));
        command.addSubcommand(DataCommand.of(out));
        command.addSubcommand(new ConvertCommand(out));
        command.addSubcommand(new DoctorCommand(out));
        command.addSubcommand(new CompletionCommand(out));
        command.addSubcommand(new CommandLine.HelpCommand());
        command.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setParameterExceptionHandler(Failures::reportUsage);
        command.setExecutionExceptionHandler((e, where, _) -> Failures.report(e, where.getErr()));
        command.registerConverter(Path.class, Commands::path); // theirs too
        return command;
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("an empty path names nothing");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(Failures.noPath(e));
        }
    }
}
