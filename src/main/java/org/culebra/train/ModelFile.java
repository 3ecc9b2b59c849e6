package org.culebra.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.culebra.io.AtomicFile;
import org.culebra.io.Safetensors;
import org.culebra.nn.Model;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** Models in safetensors files: every parameter under its path. */
public final class ModelFile {
    private ModelFile() {}

    /**
     * Saves all parameters. The file appears under its name when it is complete, and not before.
     *
     * @param notes to go with them
     * @throws IOException if it cannot be written
     */
    public static void save(Path file, Model model, Map<String, String> notes) throws IOException {
        Safetensors.write(file, model.state(), notes);
    }

    /**
     * Loads all parameters.
     *
     * @return the notes that were saved with them
     * @throws IOException if the file is no safetensors file, or holds another model; the message is one sentence
     */
    public static Map<String, String> load(Path file, Model model) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder, not a model");
        }
        try {
            var content = Safetensors.read(file);
            model.load(content.tensors());
            return content.metadata();
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage()).replaceFirst("^state: ", "");
            throw new IOException(file + " holds another model: " + reason, e);
        }
    }

    /**
     * Says which parameters of a model that was loaded make every prediction worthless.
     *
     * @throws IOException if one holds NaN or an infinity
     */
    public static void requireFinite(Path file, Model model) throws IOException {
        for (var entry : model.state().entrySet()) {
            Tensor value = entry.getValue();
            long others = Tape.scoped(() -> value.isFinite().not().sum()).toLongArray()[0];
            if (others > 0) {
                throw new IOException(file + " holds a model that cannot be used: " + others + " of the " + value.size()
                        + " numbers of " + entry.getKey() + " are NaN or infinite");
            }
        }
    }

    /**
     * Says now what would otherwise be found out after the training.
     *
     * @throws IOException if a file of this name could not be written
     */
    public static void requireWritable(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (Files.isDirectory(absolute) || folder == null) {
            throw cannotSave(file, "that is a folder");
        }
        if (!Files.isDirectory(folder)) {
            throw cannotSave(file, "the folder is not there");
        }
        try {
            // Permissions alone do not tell: a file system may be read-only, full, or none that takes files.
            Path attempt = Files.createTempFile(folder, ".culebra-", ".tmp");
            try {
                Files.write(attempt, new byte[1]);
            } finally {
                Files.delete(attempt);
            }
        } catch (IOException e) {
            throw cannotSave(file, "no file can be made in its folder: " + AtomicFile.reason(e));
        }
    }

    private static IOException cannotSave(Path file, String reason) {
        return new IOException("the model cannot be saved to " + file + ": " + reason);
    }
}
