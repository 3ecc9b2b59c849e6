package org.culebra.cli;

import java.io.PrintStream;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code culebra completion}. */
@Command(name = "completion", description = "Print a completion script for bash and zsh.")
final class CompletionCommand implements Runnable {
    private final PrintStream out;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CompletionCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public void run() {
        CommandSpec root = spec.root();
        out.print(AutoComplete.bash(root.name(), root.commandLine()));
    }
}
