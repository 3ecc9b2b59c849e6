package org.culebra.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.culebra.fuzz.Target;

/** Tar archives, gzipped or plain. */
public final class TarFuzz implements Target {
    private static void entry(ByteArrayOutputStream tar, String name, String content) {
        byte[] header = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 512);
        byte[] size = String.format("%011o", content.length()).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, 124, size.length);
        header[156] = '0';
        tar.writeBytes(header);
        tar.writeBytes(Arrays.copyOf(content.getBytes(StandardCharsets.US_ASCII), 512));
    }

    @Override
    public List<byte[]> seeds() {
        var tar = new ByteArrayOutputStream();
        entry(tar, "folder/x", "content");
        entry(tar, "y", "");
        tar.writeBytes(new byte[1024]);
        return List.of(tar.toByteArray(), IdxFiles.gzip(tar.toByteArray()), new byte[512]);
    }

    @Override
    public Class<? extends IOException> refusal() {
        return MalformedDataException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Tar.read(file, Set.of("x", "y"), 1000);
    }
}
