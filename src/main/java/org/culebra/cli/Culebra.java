package org.culebra.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code culebra}: what all subcommands have in common. */
@Command(
        name = "culebra",
        description = "Deep learning in pure Java.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Culebra.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:failure: one sentence on standard error says why",
            "2:the command line was not understood",
            "130:interrupted"
        })
final class Culebra implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** A property must be there before the class that reads it once and for all. */
    @Option(
            names = "-D",
            paramLabel = "<property=value>",
            mapFallbackValue = "",
            description = "Set a system property, as in -Dculebra.threads=1.")
    void setProperties(Map<String, String> properties) {
        properties.forEach((name, value) -> {
            Settings.requireKnown(name, spec.commandLine());
            System.setProperty(name, value);
        });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? There are " + commands() + ".");
    }

    private String commands() {
        return String.join(", ", spec.subcommands().keySet());
    }

    /** The version of the build, and the JVM that runs it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"culebra " + number(), "JVM " + Runtime.version()};
        }

        private static String number() {
            var properties = new Properties();
            try (InputStream in = Culebra.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return properties.getProperty("version", "");
        }
    }
}
