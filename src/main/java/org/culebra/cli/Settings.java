package org.culebra.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The system properties of the README's table, checked before a command runs: the library reads them where it needs them, and
 * there a misspelled number is silently the default.
 */
final class Settings {
    private record Setting(String rule, Pattern pattern) {
        Setting(String rule, String pattern) {
            this(rule, Pattern.compile(pattern));
        }

        boolean takes(String value) {
            return pattern.matcher(value).matches();
        }
    }

    private static final Map<String, Setting> ALL = new TreeMap<>(Map.of(
            "culebra.threads", new Setting("a number of threads, at least 1", "[1-9][0-9]{0,8}"),
            "culebra.vectorBits", new Setting("128, 256 or 512", "128|256|512"),
            "culebra.debug", new Setting("a level from 0 to 4", "[0-4]"),
            "culebra.loops", new Setting("VECTOR, SCALAR or AUTO", "VECTOR|SCALAR|AUTO"),
            // Its reader complains by itself.
            "culebra.memoryLimit", new Setting("a size", ".*"),
            "culebra.cache", new Setting("a folder", ".*")));

    private Settings() {}

    /**
     * Checks the values, wherever they were set.
     *
     * @throws ParameterException if one is none of those possible
     */
    static void requireGood(CommandLine command) {
        ALL.forEach((name, setting) -> {
            String value = System.getProperty(name);
            if (value != null && !setting.takes(value)) {
                throw new ParameterException(command, name + " is \"" + value + "\"; it must be " + setting.rule);
            }
        });
    }

    /**
     * Checks the name of a property that is about to be set.
     *
     * @throws ParameterException if it looks like one of ours and is none
     */
    static void requireKnown(String name, CommandLine command) {
        if (name.startsWith("culebra.") && !ALL.containsKey(name)) {
            throw new ParameterException(
                    command, "Unknown property '" + name + "'; known are " + String.join(", ", ALL.keySet()) + ".");
        }
    }
}
