package org.culebra.data;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** The records of a CSV file, by Apache Commons CSV. No other class names that library: this one is loaded only where it is used. */
final class CsvRecords {
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final String name;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;

    private CsvRecords(String name, CSVParser parser) {
        this.name = name;
        this.parser = parser;
        records = parser.iterator();
    }

    /** All of a text that supports marks; the name is for messages. */
    static Table table(Reader text, String name, char delimiter, boolean header) throws IOException {
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
        // Empty lines are not left to the parser: it would not say where the record after them begins.
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(false)
                .get();
        return new CsvRecords(
                        name,
                        CSVParser.builder().setReader(text).setFormat(format).get())
                .table(header);
    }

    private Table table(boolean header) throws IOException {
        List<String> names = null;
        var rows = new ArrayList<List<String>>();
        var lines = new ArrayList<Integer>();
        int width = -1;
        for (int start = nextLine(); ; start = nextLine()) {
            List<String> record = record(start);
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

    /** Where the next record begins. */
    private int nextLine() {
        return Math.toIntExact(parser.getCurrentLineNumber() + 1);
    }

    /** The fields of a line (or of several, with line breaks in quotes), or null at the end of the file. */
    private @Nullable List<String> record(int start) throws IOException {
        try {
            return records.hasNext() ? records.next().toList() : null;
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof CSVException refusal)) {
                throw e.getCause();
            }
            // The parser has one type for both.
            if (String.valueOf(refusal.getMessage()).contains("EOF")) {
                throw new MalformedDataException(name, "has a quote in line " + start + " that is never closed");
            }
            throw new MalformedDataException(
                    name, "has something after a closing quote in line " + parser.getCurrentLineNumber());
        }
    }
}
