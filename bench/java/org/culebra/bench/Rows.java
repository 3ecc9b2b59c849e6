package org.culebra.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All rows of the table, in its order. */
final class Rows {
    private static final List<Row> ALL = all();

    private Rows() {}

    private static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(ProductRows.rows());
        rows.addAll(ConvolutionRows.rows());
        rows.addAll(ElementwiseRows.rows());
        rows.addAll(ReductionRows.rows());
        rows.addAll(MovementRows.rows());
        rows.addAll(OptimizerRows.rows());
        rows.addAll(TrainingRows.rows());
        rows.addAll(VaeRows.rows());
        rows.addAll(GanRows.rows());
        rows.addAll(StyleGanRows.rows());
        rows.addAll(OverheadRows.rows());
        return List.copyOf(rows);
    }

    /** The rows whose names contain a match of the expression. */
    static List<Row> matching(String expression) {
        var pattern = java.util.regex.Pattern.compile(expression);
        return ALL.stream().filter(row -> pattern.matcher(row.name()).find()).toList();
    }

    static Row named(String name) {
        return ALL.stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row '" + name + "'; there are: "
                        + ALL.stream().map(Row::name).collect(Collectors.joining(", "))));
    }
}
