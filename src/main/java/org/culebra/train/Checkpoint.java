package org.culebra.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.culebra.io.FormatException;
import org.culebra.io.Safetensors;
import org.culebra.optim.State;
import org.culebra.tensor.Tensor;

/**
 * All that a training is at one moment, in one safetensors file: tensors under their names, numbers and notes as its metadata, and
 * a SHA-256 over all of them.
 *
 * <p>The file is written under another name, forced to the disk and renamed: under its own name it is whole. What happens to it
 * later is found out by the sum.
 *
 * @param state tensors and numbers
 * @param notes in words
 */
public record Checkpoint(State state, Map<String, String> notes) {
    private static final String NUMBER = "number.";
    private static final String NOTE = "note.";
    static final String SUM = "sha256";

    /** Copies the notes. */
    public Checkpoint {
        notes = Map.copyOf(notes);
    }

    /**
     * Writes it.
     *
     * @throws IOException if it cannot be written; what was there before is still there then
     */
    public void write(Path file) throws IOException {
        var metadata = new TreeMap<String, String>();
        state.numbers().forEach((name, number) -> metadata.put(NUMBER + name, number.toString()));
        notes.forEach((name, text) -> metadata.put(NOTE + name, text));
        metadata.put(SUM, sum(state.tensors(), metadata));
        Safetensors.write(file, state.tensors(), metadata);
    }

    /**
     * Reads one.
     *
     * @throws FormatException if it is none, or not the one that was written
     * @throws IOException if it cannot be read
     */
    public static Checkpoint read(Path file) throws IOException {
        return of(file, Safetensors.read(file));
    }

    /** What a file holds; its name is for messages. */
    static Checkpoint of(Path file, Safetensors content) throws FormatException {
        var metadata = new TreeMap<>(content.metadata());
        String expected = metadata.remove(SUM);
        if (expected == null) {
            throw new FormatException(file + " is no checkpoint: it has no checksum");
        }
        if (!expected.equals(sum(content.tensors(), metadata))) {
            throw new FormatException(file + " is damaged: its checksum is not that of its content");
        }
        var numbers = new LinkedHashMap<String, Double>();
        var notes = new LinkedHashMap<String, String>();
        try {
            metadata.forEach((key, text) -> {
                if (key.startsWith(NUMBER)) {
                    numbers.put(key.substring(NUMBER.length()), Double.valueOf(text));
                } else if (key.startsWith(NOTE)) {
                    notes.put(key.substring(NOTE.length()), text);
                }
            });
        } catch (NumberFormatException e) {
            throw new FormatException(file + " is no checkpoint: what it has as a number is none");
        }
        return new Checkpoint(new State(content.tensors(), numbers), notes);
    }

    /** Over everything, in the order of the names. */
    static String sum(Map<String, Tensor> tensors, Map<String, String> metadata) {
        MessageDigest digest = ParameterHash.digest();
        new TreeMap<>(tensors).forEach((name, tensor) -> ParameterHash.add(digest, name, tensor));
        // A length before each text: no other texts come to the same bytes.
        metadata.forEach((key, text) -> {
            byte[] bytes = (key.length() + " " + key + text.length() + " " + text).getBytes(StandardCharsets.UTF_8);
            digest.update(bytes);
        });
        return HexFormat.of().formatHex(digest.digest());
    }
}
