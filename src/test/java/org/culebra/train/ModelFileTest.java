package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.culebra.io.Safetensors;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
    @TempDir
    private Path folder;

    private static Layer net(long seed) {
        var net = new Sequential(Linear.of(5, 3), Linear.of(3, 2));
        net.initialize(Random.seeded(seed));
        return net;
    }

    private static String failure(Path file) {
        String message = String.valueOf(assertThrows(IOException.class, () -> ModelFile.load(file, net(0)))
                .getMessage());
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void aModelComesBackBitForBit() throws IOException {
        Path file = folder.resolve("net.safetensors");
        ModelFile.save(file, net(1), Map.of("recipe", "test"));
        assertEquals(Map.of("recipe", "test"), Safetensors.read(file).metadata());
        Layer other = net(2);
        assertNotEquals(ParameterHash.of(net(1)), ParameterHash.of(other));
        ModelFile.load(file, other);
        assertEquals(ParameterHash.of(net(1)), ParameterHash.of(other));
    }

    @Test
    void everyTruncationAndAnyRubbishIsRefused() throws IOException {
        Path file = folder.resolve("net.safetensors");
        ModelFile.save(file, net(1), Map.of());
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertTrue(failure(file).startsWith(file.toString()), failure(file));
        }
        Files.writeString(file, "PK\u0003\u0004 a zip file, perhaps a model of PyTorch");
        assertTrue(failure(file).startsWith(file + " is not a safetensors file"), failure(file));
    }

    @Test
    void anotherModelIsRefused() throws IOException {
        Path file = folder.resolve("other.safetensors");
        Layer other = Linear.of(5, 3).withoutBias();
        other.initialize(Random.seeded(0));
        ModelFile.save(file, other, Map.of());
        assertEquals(
                file + " holds another model: missing 0.weight, 0.bias, 1.weight, 1.bias; unknown weight",
                failure(file));
    }

    @Test
    void foldersAndMissingFilesAreNamed() {
        assertEquals(folder + " is a folder, not a model", failure(folder));
        Path missing = folder.resolve("none");
        assertThrows(NoSuchFileException.class, () -> ModelFile.load(missing, net(0)));
    }

    @Test
    void whereNothingCanBeSavedIsFoundOutBeforehand() {
        assertEquals(
                "the model cannot be saved to " + folder + ": that is a folder",
                assertThrows(IOException.class, () -> ModelFile.requireWritable(folder))
                        .getMessage());
        Path nowhere = folder.resolve("none/model");
        assertEquals(
                "the model cannot be saved to " + nowhere + ": the folder is not there",
                assertThrows(IOException.class, () -> ModelFile.requireWritable(nowhere))
                        .getMessage());
    }

    @Test
    void aFolderThatTakesNoFilesIsFoundOutBeforehand() {
        Path process = Path.of("/proc");
        assumeTrue(Files.isDirectory(process));
        assertEquals(
                "the model cannot be saved to /proc/model: no file can be made in its folder: no such file or folder",
                assertThrows(IOException.class, () -> ModelFile.requireWritable(process.resolve("model")))
                        .getMessage());
    }

    @Test
    void numbersThatAreNotFiniteAreNamed() throws IOException {
        Path file = folder.resolve("net.safetensors");
        Layer net = net(1);
        ModelFile.requireFinite(file, net);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Map<String, Tensor> state = new HashMap<>(net(1).state());
            state.put("1.weight", Tensor.of(new float[] {1, bad, 3, 4, 5, bad}, 2, 3));
            net.load(state);
            assertEquals(
                    file + " holds a model that cannot be used: 2 of the 6 numbers of 1.weight are NaN or infinite",
                    assertThrows(IOException.class, () -> ModelFile.requireFinite(file, net))
                            .getMessage());
        }
    }

    @Test
    void lookingWhetherAFileCanBeMadeLeavesNone() throws IOException {
        ModelFile.requireWritable(folder.resolve("model"));
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }
}
