package org.culebra.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.culebra.fuzz.Target;

/** CSV files, gzipped or plain, and their columns. */
public final class CsvFuzz implements Target {
    @Override
    public List<byte[]> seeds() {
        byte[] table = "\uFEFFa,b\r\n1,\"2\n3\"\n\n\"\"\"\",é".getBytes(StandardCharsets.UTF_8);
        return List.of(table, "x\n1\n2\n".getBytes(StandardCharsets.UTF_8), IdxFiles.gzip(table));
    }

    @Override
    public List<String> tokens() {
        return List.of("\"\"", "\r\n", "\",\"", "\uFFFE", "\uFEFF", "1e39");
    }

    @Override
    public Class<? extends IOException> refusal() {
        return MalformedDataException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Table table = Csv.of().read(file);
        table.labelled(table.columns().getLast());
    }
}
