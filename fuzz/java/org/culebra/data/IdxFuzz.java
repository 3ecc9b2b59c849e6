package org.culebra.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.culebra.fuzz.Target;

/** IDX files, gzipped or plain. */
public final class IdxFuzz implements Target {
    @Override
    public List<byte[]> seeds() {
        byte[] plain = IdxFiles.idx(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        return List.of(plain, IdxFiles.idx(new int[] {0}), IdxFiles.gzip(plain), IdxFiles.gzip(new byte[9000]));
    }

    @Override
    public Class<? extends IOException> refusal() {
        return MalformedDataException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Idx.read(file);
    }
}
