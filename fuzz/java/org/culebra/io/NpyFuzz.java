package org.culebra.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.culebra.fuzz.Target;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/** Npy files. */
public final class NpyFuzz implements Target {
    @Override
    public List<byte[]> seeds() throws IOException {
        byte[] version2 =
                "\u0093NUMPY\2\0@\0\0\0{'descr': '<i4', 'fortran_order': True, 'shape': (1, 2,), }    \nabcdefgh"
                        .getBytes(StandardCharsets.ISO_8859_1);
        return List.of(
                Target.file(file -> Npy.write(file, Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3))),
                Target.file(file ->
                        Npy.write(file, Tensor.of(new boolean[] {true}, 1).reshape())),
                Target.file(file -> Npy.write(file, Tensor.zeros(DType.F32, 0, 3))),
                version2);
    }

    @Override
    public List<String> tokens() {
        return List.of("'descr': '|u1'", "'fortran_order': True", "'shape': (0, 1152921504606846976)", "\u0003");
    }

    @Override
    public Class<? extends IOException> refusal() {
        return FormatException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Npy.read(file);
    }
}
