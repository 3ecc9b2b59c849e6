package org.culebra.data;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipException;

/**
 * Files of comma-separated values (RFC 4180), in UTF-8, gzipped or plain:
 *
 * <pre>{@code
 * Dataset iris = Csv.of().read(folder.resolve("iris.csv")).labelled("species");
 * }</pre>
 *
 * <p>A field may be in quotes, and then hold the delimiter, line breaks and doubled quotes; a quote further on in a field stands for
 * itself. Lines end with LF, CRLF or CR. Every line must have as many fields as the first; empty lines are skipped.
 *
 * <p>The records are parsed by Apache Commons CSV, which the caller adds: {@code org.apache.commons:commons-csv}, which takes {@code
 * commons-io:commons-io} and {@code commons-codec:commons-codec}; on the module path also with {@code --add-modules org.apache.commons.csv}.
 *
 * @param delimiter between fields
 * @param header whether the first line holds the names of the columns; else they are called 0, 1, …
 */
public record Csv(char delimiter, boolean header) {
    private static final char QUOTE = '"';

    /**
     * Checks the delimiter.
     *
     * @throws IllegalArgumentException if it is a quote or a line break
     */
    public Csv {
        if (delimiter == QUOTE || delimiter == '\n' || delimiter == '\r') {
            throw new IllegalArgumentException("csv: a quote or a line break cannot be the delimiter");
        }
    }

    /** Commas between the fields and names in the first line. */
    public static Csv of() {
        return new Csv(',', true);
    }

    /** The same with another delimiter: {@code ';'}, {@code '\t'}. */
    public Csv delimiter(char between) {
        return new Csv(between, header);
    }

    /** The same for files whose first line holds data. */
    public Csv withoutHeader() {
        return new Csv(delimiter, false);
    }

    /**
     * All of a file.
     *
     * @throws MalformedDataException if it is empty or not of this form; the message names the line
     * @throws IllegalStateException if commons-csv, or what it takes itself, is not there
     * @throws IOException if there is no such file, or it cannot be read
     */
    public Table read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new MalformedDataException(file.toString(), "is a folder, not a CSV file");
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /** All of a stream; the name is for messages. */
    Table read(InputStream in, String name) throws IOException {
        try {
            var decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            var text = new BufferedReader(new InputStreamReader(Idx.decompressed(in), decoder));
            return table(text, name);
        } catch (CharacterCodingException e) {
            throw new MalformedDataException(name, "is not text in UTF-8");
        } catch (EOFException e) {
            throw new MalformedDataException(name, "is cut short: its gzip data end too early");
        } catch (ZipException e) {
            throw new MalformedDataException(name, "is damaged: its gzip data cannot be unpacked");
        }
    }

    /** The library that has a class. */
    static String library(String type) {
        if (type.startsWith("org/apache/commons/io/")) {
            return "commons-io:commons-io";
        }
        if (type.startsWith("org/apache/commons/codec/")) {
            return "commons-codec:commons-codec";
        }
        return "org.apache.commons:commons-csv";
    }

    private Table table(Reader text, String name) throws IOException {
        try {
            return CsvRecords.table(text, name, delimiter, header);
        } catch (NoClassDefFoundError e) {
            String missing = String.valueOf(e.getMessage());
            if (!missing.startsWith("org/apache/commons/")) {
                throw e;
            }
            throw new IllegalStateException(
                    "csv: to read " + name + " takes " + library(missing) + ", which is not there (no " + missing
                            + "); add it to the dependencies, Culebra does not bring it",
                    e);
        }
    }
}
