package org.culebra.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * Rows and named columns of text, as a CSV file holds them; read as numbers when a data set is made of them.
 *
 * @param name of the file
 * @param columns their names
 * @param rows each with one field per column
 * @param lines where each row begins in the file, for messages
 */
public record Table(String name, List<String> columns, List<List<String>> rows, List<Integer> lines) {
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if a row has another number of fields than there are columns
     */
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        lines = List.copyOf(lines);
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "table '" + name + "': a row of " + row.size() + " fields in " + columns.size() + " columns");
            }
        }
    }

    /** A table whose columns have names of their own. */
    static Table of(String name, List<String> columns, List<List<String>> rows, List<Integer> lines)
            throws MalformedDataException {
        var seen = new HashSet<String>();
        for (String column : columns) {
            if (!seen.add(column)) {
                throw new MalformedDataException(name, "has two columns '" + column + "'");
            }
        }
        return new Table(name, columns, rows, lines);
    }

    static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    /**
     * One column holds the classes, all others are numbers: f32[N, F] and i64[N]. The classes are called as they are in the file,
     * in alphabetical order, or in that of the numbers if all are whole numbers.
     *
     * @throws IllegalArgumentException if there is no such column
     * @throws MalformedDataException if a field is no finite number
     */
    public Dataset labelled(String label) throws MalformedDataException {
        int column = column(label);
        List<String> texts = rows.stream().map(row -> row.get(column)).toList();
        List<String> classes = classes(texts);
        long[] labels = texts.stream().mapToLong(classes::indexOf).toArray();
        return new Dataset(name, others(List.of(column)), Tensor.of(labels), classes);
    }

    private static List<String> classes(List<String> texts) {
        List<String> distinct = texts.stream().distinct().sorted().toList();
        return distinct.stream().allMatch(text -> text.matches("-?\\d{1,18}"))
                ? distinct.stream()
                        .sorted((a, b) -> Long.compare(Long.parseLong(a), Long.parseLong(b)))
                        .toList()
                : distinct;
    }

    /**
     * Some columns are what is to be predicted, all are numbers: f32[N, F] and f32[N, T].
     *
     * @throws IllegalArgumentException if there is no such column, or none is named
     * @throws MalformedDataException if a field is no finite number
     */
    public Dataset predicting(String... targets) throws MalformedDataException {
        if (targets.length == 0) {
            throw new IllegalArgumentException("table '" + name + "': needs at least one column to predict");
        }
        List<Integer> chosen = Arrays.stream(targets).map(this::column).toList();
        return Dataset.pairs(name, Column.of(others(chosen)), Column.of(numbers(chosen)));
    }

    /**
     * Columns as numbers: f32[N, F].
     *
     * @throws IllegalArgumentException if there is no such column
     * @throws MalformedDataException if a field is no finite number
     */
    public Tensor numbers(String... names) throws MalformedDataException {
        return numbers(Arrays.stream(names).map(this::column).toList());
    }

    private int column(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "table '" + name + "': there is no column '" + column + "' among " + columns);
        }
        return index;
    }

    private Tensor others(List<Integer> without) throws MalformedDataException {
        var rest = new ArrayList<Integer>();
        for (int column = 0; column < columns.size(); column++) {
            if (!without.contains(column)) {
                rest.add(column);
            }
        }
        return numbers(rest);
    }

    private Tensor numbers(List<Integer> chosen) throws MalformedDataException {
        double[] values = new double[rows.size() * chosen.size()];
        int at = 0;
        for (int row = 0; row < rows.size(); row++) {
            for (int column : chosen) {
                values[at++] = number(row, column);
            }
        }
        return Tensor.of(values, rows.size(), chosen.size()).to(DType.F32);
    }

    private double number(int row, int column) throws MalformedDataException {
        String text = rows.get(row).get(column).strip();
        // Double.parseDouble takes Java's literals, 1d and 0x1p3 for instance.
        double value = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        if (!Float.isFinite((float) value)) {
            throw new MalformedDataException(
                    name,
                    "has '" + text + "' in line " + lines.get(row) + ", column '" + columns.get(column)
                            + "', where a finite number belongs");
        }
        return value;
    }

    /** For example {@code iris.csv: 150 rows of 5 columns}. */
    @Override
    public String toString() {
        return name + ": " + rows.size() + " rows of " + columns.size() + " columns";
    }
}
