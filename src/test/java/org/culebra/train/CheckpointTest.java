package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.culebra.io.FormatException;
import org.culebra.io.Safetensors;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @Test
    void whatHasTheRightSumButNoNumbersIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("step.safetensors");
        Map<String, Tensor> tensors = Map.of("w", Tensor.of(new float[] {1}));
        var metadata = new TreeMap<>(Map.of("number.step", "3", "note.recipe", "mine"));
        metadata.put(Checkpoint.SUM, Checkpoint.sum(tensors, new TreeMap<>(metadata)));
        Safetensors.write(file, tensors, metadata);
        Checkpoint whole = Checkpoint.read(file);
        assertEquals(Map.of("step", 3.0), whole.state().numbers());
        assertEquals(Map.of("recipe", "mine"), whole.notes());

        metadata.remove(Checkpoint.SUM);
        metadata.put("number.step", "three");
        metadata.put(Checkpoint.SUM, Checkpoint.sum(tensors, new TreeMap<>(metadata)));
        Safetensors.write(file, tensors, metadata);
        assertEquals(
                file + " is no checkpoint: what it has as a number is none",
                assertThrows(FormatException.class, () -> Checkpoint.read(file)).getMessage());
    }
}
