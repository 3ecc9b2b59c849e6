package org.culebra.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines of JSON, one per layer and probe and one per warning. Lines of an interrupted run that are made again are taken out. */
final class HealthFile {
    private static final Pattern STEP = Pattern.compile("^\\{\"step\": (\\d+),.*}$");

    private final Path file;
    private boolean begun;

    HealthFile(Path file) {
        this.file = file;
    }

    /** Adds lines after those up to this step that were there before, if any. */
    void write(long keptUpTo, List<String> lines) {
        try {
            var all = new ArrayList<String>();
            if (!begun && keptUpTo > 0 && Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .filter(line -> isUpTo(line, keptUpTo))
                        .forEach(all::add);
            }
            all.addAll(lines);
            Files.write(
                    file,
                    all,
                    StandardOpenOption.CREATE,
                    begun ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            begun = true;
        } catch (IOException e) {
            throw new UncheckedIOException("health probe: cannot write " + file, e);
        }
    }

    private static boolean isUpTo(String line, long step) {
        Matcher found = STEP.matcher(line);
        return found.matches() && Long.parseLong(found.group(1)) <= step;
    }

    static String line(LayerHealth layer, LayerHealth.Reading reading) {
        return "{\"step\": " + reading.step() + ", \"layer\": " + quote(layer.path()) + ", \"type\": "
                + quote(layer.type()) + ", \"mean\": " + number(reading.mean()) + ", \"deviation\": "
                + number(reading.deviation()) + ", \"saturated\": " + number(reading.saturated()) + ", \"dead\": "
                + number(reading.dead()) + ", \"gradient_norm\": " + number(reading.gradientNorm())
                + ", \"weight_norm\": " + number(reading.weightNorm()) + ", \"update_ratio\": "
                + number(reading.updateRatio()) + "}";
    }

    static String line(long step, String warning) {
        return "{\"step\": " + step + ", \"warning\": " + quote(warning) + "}";
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
