package org.culebra.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.culebra.fuzz.Target;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/** Npz files, stored and deflated. */
public final class NpzFuzz implements Target {
    @Override
    public List<byte[]> seeds() throws IOException {
        return List.of(
                Target.file(file -> Npz.write(
                        file, Map.of("a", Tensor.of(new int[] {1, 2}), "b", Tensor.of(new boolean[] {true})))),
                Target.file(NpzFuzz::writeDeflated),
                Target.file(file -> Npz.write(file, Map.of())));
    }

    private static void writeDeflated(Path file) throws IOException {
        byte[] array = Target.file(other -> Npy.write(other, Tensor.zeros(DType.F64, 8, 8)));
        try (OutputStream out = Files.newOutputStream(file);
                var zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("zeros.npy"));
            zip.write(array);
        }
    }

    @Override
    public Class<? extends IOException> refusal() {
        return FormatException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Npz.read(file);
    }
}
