package org.culebra.cli;

import java.io.PrintStream;
import org.culebra.kernel.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code culebra doctor}. */
@Command(name = "doctor", description = "Show what was detected on this machine and what was chosen for it.")
final class DoctorCommand implements Runnable {
    private final PrintStream out;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DoctorCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public void run() {
        Settings.requireGood(spec.commandLine());
        Machine.describe().forEach((name, value) -> out.printf("%-14s %s%n", name, value));
    }
}
