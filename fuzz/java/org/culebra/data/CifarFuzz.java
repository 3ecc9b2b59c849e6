package org.culebra.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.culebra.fuzz.Target;

/** The files of CIFAR-10: all six have the same content; that of the first is what a sentence is about. */
public final class CifarFuzz implements Target {
    private static final int RECORD = 3073;
    private static final List<String> NAMES = List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin");

    @Override
    public List<byte[]> seeds() {
        byte[] two = new byte[2 * RECORD];
        two[RECORD] = 9;
        return List.of(new byte[RECORD], two);
    }

    @Override
    public int longest() {
        return 3 * RECORD;
    }

    @Override
    public Class<? extends IOException> refusal() {
        return MalformedDataException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Path folder = Files.createTempDirectory("culebra-cifar");
        try {
            for (String name : NAMES) {
                Files.createSymbolicLink(folder.resolve(name), file);
            }
            Cifar10.load(new DataPlaces(Optional.of(folder), folder, folder, false, line -> {}));
        } catch (MalformedDataException e) {
            throw new MalformedDataException(
                    file.toString(),
                    String.valueOf(e.getMessage())
                            .substring(folder.resolve(NAMES.getFirst() + " ")
                                    .toString()
                                    .length()));
        } finally {
            for (String name : NAMES) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }
}
