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
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Files of comma-separated values (RFC 4180), in UTF-8, gzipped or plain:
 *
 * <pre>{@code
 * Dataset iris = Csv.of().read(Path.of("iris.csv")).labelled("species");
 * }</pre>
 *
 * <p>A field may be in quotes, and then hold the delimiter, line breaks and doubled quotes. Lines end with LF or CRLF. Every line
 * must have as many fields as the first; empty lines are skipped.
 *
 * @param delimiter between fields
 * @param header whether the first line holds the names of the columns; else they are called 0, 1, …
 */
public record Csv(char delimiter, boolean header) {
    private static final char QUOTE = '"';
    private static final int END = -1;
    private static final int BYTE_ORDER_MARK = 0xFEFF;

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
            return new Parser(text, name, delimiter).table(header);
        } catch (CharacterCodingException e) {
            throw new MalformedDataException(name, "is not text in UTF-8");
        } catch (EOFException e) {
            throw new MalformedDataException(name, "is cut short: its gzip data end too early");
        } catch (ZipException e) {
            throw new MalformedDataException(name, "is damaged: its gzip data cannot be unpacked");
        }
    }

    /** Reads character by character. */
    private static final class Parser {
        private final Reader text;
        private final String name;
        private final char delimiter;
        private int current;
        private int line = 1;

        Parser(Reader text, String name, char delimiter) throws IOException {
            this.text = text;
            this.name = name;
            this.delimiter = delimiter;
            current = text.read();
            if (current == BYTE_ORDER_MARK) {
                current = text.read();
            }
        }

        Table table(boolean header) throws IOException {
            List<String> names = null;
            var rows = new ArrayList<List<String>>();
            var lines = new ArrayList<Integer>();
            int width = -1;
            for (int start = line; ; start = line) {
                List<String> record = record();
                if (record == null) {
                    break;
                }
                if (record.size() == 1 && record.getFirst().isEmpty()) {
                    continue;
                }
                if (width >= 0 && record.size() != width) {
                    throw new MalformedDataException(
                            name, "has " + record.size() + " fields in line " + start + " instead of " + width);
                }
                width = record.size();
                if (header && names == null) {
                    names = record;
                } else {
                    rows.add(record);
                    lines.add(start);
                }
            }
            if (rows.isEmpty()) {
                throw new MalformedDataException(name, "has no data");
            }
            return Table.of(name, names == null ? Table.numbered(width) : names, rows, lines);
        }

        private int next() throws IOException {
            int taken = current;
            if (taken == '\n') {
                line++;
            }
            current = text.read();
            return taken;
        }

        /** The fields of a line (or of several, with line breaks in quotes), or null at the end of the file. */
        private @Nullable List<String> record() throws IOException {
            if (current == END) {
                return null;
            }
            var fields = new ArrayList<String>();
            do {
                fields.add(current == QUOTE ? quoted() : plain());
            } while (ends(delimiter));
            ends('\r');
            if (!ends('\n') && current != END) {
                throw new MalformedDataException(name, "has something after a closing quote in line " + line);
            }
            return fields;
        }

        /** Takes this character if it comes next. */
        private boolean ends(char expected) throws IOException {
            boolean there = current == expected;
            if (there) {
                next();
            }
            return there;
        }

        private String plain() throws IOException {
            var field = new StringBuilder();
            while (current != END && current != delimiter && current != '\n' && current != '\r') {
                if (current == QUOTE) {
                    throw new MalformedDataException(name, "has a quote within a field in line " + line);
                }
                field.append((char) next());
            }
            return field.toString();
        }

        private String quoted() throws IOException {
            int start = line;
            var field = new StringBuilder();
            next();
            while (true) {
                if (current == END) {
                    throw new MalformedDataException(name, "has a quote in line " + start + " that is never closed");
                }
                int taken = next();
                if (taken == QUOTE && !ends(QUOTE)) {
                    return field.toString();
                }
                field.append((char) taken);
            }
        }
    }
}
