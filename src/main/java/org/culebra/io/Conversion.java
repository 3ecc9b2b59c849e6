package org.culebra.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.culebra.memory.Scope;

/** Tensors from a file of one format into a file of another: safetensors and npz, told apart by the ends of the names. */
public final class Conversion {
    private Conversion() {}

    private enum Format {
        SAFETENSORS,
        NPZ;

        static Format of(Path file) {
            String name = file.toString().toLowerCase(Locale.ROOT);
            for (Format format : values()) {
                if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
                    return format;
                }
            }
            throw new IllegalArgumentException(
                    "convert: " + file + " must have a name that ends with .safetensors or .npz");
        }
    }

    /**
     * Reads {@code from} and writes {@code to}, whole or not at all. Names, shapes, types and numbers stay; only {@link Coding#BF16}, which
     * NumPy lacks, becomes f32, which holds each of its numbers exactly.
     *
     * @return a sentence for each thing that the other format cannot hold; empty where nothing is lost
     * @throws IllegalArgumentException if a name ends with neither {@code .safetensors} nor {@code .npz}, or both with the same, or a
     *     tensor's name is too long for npz
     * @throws FormatException if {@code from} is not a whole and valid file of its format
     * @throws IOException if a file cannot be read or written
     */
    public static List<String> convert(Path from, Path to) throws IOException {
        Format source = Format.of(from);
        if (source == Format.of(to)) {
            throw new IllegalArgumentException(
                    "convert: " + from + " and " + to + " are of the same format; copy the file instead");
        }
        try (var _ = Scope.open("convert")) {
            return source == Format.NPZ ? fromNpz(from, to) : toNpz(from, to);
        }
    }

    private static List<String> fromNpz(Path from, Path to) throws IOException {
        Map<String, Coding> codings = Npz.codings(from);
        Safetensors.write(to, Npz.read(from), Map.of(), (name, dtype) -> codings.getOrDefault(name, Coding.of(dtype)));
        return List.of();
    }

    private static List<String> toNpz(Path from, Path to) throws IOException {
        Safetensors file = Safetensors.read(from);
        var losses = new ArrayList<String>();
        if (!file.metadata().isEmpty()) {
            losses.add("npz has no place for notes; left out: "
                    + String.join(", ", file.metadata().keySet()));
        }
        var codings = new HashMap<>(Safetensors.codings(from));
        long unknown = codings.values().stream().filter(Coding.BF16::equals).count();
        if (unknown > 0) {
            losses.add(unknown + " of " + codings.size() + " tensors were BF16, which npz has not, and are f32 now");
            codings.values().removeIf(Coding.BF16::equals);
        }
        Npz.write(to, file.tensors(), (name, dtype) -> codings.getOrDefault(name, Coding.of(dtype)));
        return List.copyOf(losses);
    }
}
