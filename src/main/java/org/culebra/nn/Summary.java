package org.culebra.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * What a model does to one input, layer by layer: the shapes of the outputs, the parameters and the multiply-adds.
 *
 * <pre>{@code
 * System.out.println(Summary.of(model, 1, 1, 28, 28));
 * }</pre>
 *
 * @param rows of the model and of all layers inside it, each before those inside it
 */
public record Summary(List<Row> rows) {
    /**
     * One layer.
     *
     * @param path the names that lead to it, joined by dots; empty for the model itself
     * @param layer as it prints itself; of what is made of others only the name
     * @param output the shape of its last output, or nothing if it was not called
     * @param parameters the number of numbers in its own parameters, those of layers inside it not counted
     * @param frozen how many of them are not trained
     * @param multiplyAdds of all its calls, those of layers inside it not counted
     */
    public record Row(String path, String layer, String output, long parameters, long frozen, long multiplyAdds) {}

    private record Seen(Shape output, long multiplyAdds) {}

    /** Copies. */
    public Summary {
        rows = List.copyOf(rows);
    }

    /**
     * For an f32 input of this shape.
     *
     * @throws IllegalArgumentException if the model does not take it
     */
    public static Summary of(Layer model, long... dims) {
        return Tape.untracked(() -> of(model, Tensor.zeros(dims)));
    }

    /** For this input. */
    public static Summary of(Layer model, Tensor x) {
        var seen = new LinkedHashMap<String, Seen>();
        Watcher watcher = (path, layer, in, out) -> seen.merge(
                path,
                new Seen(out.shape(), layer.multiplyAdds(in.shape(), out.shape())),
                (before, now) -> new Seen(now.output, before.multiplyAdds + now.multiplyAdds));
        Tensor y = Tape.scoped(() -> model.forward(x, Mode.EVALUATION.watchedBy(watcher)));
        watcher.computed("", model, x, y);
        var rows = new ArrayList<Row>();
        add(rows, "", model, seen);
        return new Summary(rows);
    }

    private static void add(List<Row> rows, String path, Model model, Map<String, Seen> seen) {
        Seen known = seen.get(path);
        long parameters = 0;
        long frozen = 0;
        for (Parameter parameter : model.ownParameters().values()) {
            parameters += parameter.shape().size();
            frozen += parameter.isFrozen() ? parameter.shape().size() : 0;
        }
        rows.add(new Row(
                path,
                Architecture.label(model),
                known == null ? "" : known.output.toString(),
                parameters,
                frozen,
                known == null ? 0 : known.multiplyAdds));
        model.children().forEach((name, child) -> add(rows, path.isEmpty() ? name : path + "." + name, child, seen));
    }

    /** Numbers in all parameters. */
    public long parameters() {
        return rows.stream().mapToLong(Row::parameters).sum();
    }

    /** Numbers in all parameters that are not trained. */
    public long frozen() {
        return rows.stream().mapToLong(Row::frozen).sum();
    }

    /** Multiply-adds of one pass. */
    public long multiplyAdds() {
        return rows.stream().mapToLong(Row::multiplyAdds).sum();
    }

    /** A table, one line per layer, and the sums. */
    @Override
    public String toString() {
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"layer", "output", "parameters", "multiply-adds"});
        for (Row row : rows) {
            String label = row.path.isEmpty() ? row.layer : row.path + "  " + row.layer;
            lines.add(new String[] {
                label, row.output, number(row.parameters) + (row.frozen > 0 ? " frozen" : ""), number(row.multiplyAdds)
            });
        }
        lines.add(new String[] {
            "all",
            "",
            String.format(Locale.ROOT, "%,d", parameters()),
            String.format(Locale.ROOT, "%,d", multiplyAdds())
        });
        int[] widths = IntStream.range(0, 4)
                .map(k ->
                        lines.stream().mapToInt(line -> line[k].length()).max().orElse(0))
                .toArray();
        var text = new StringBuilder();
        for (String[] line : lines) {
            String padded = String.format(
                    Locale.ROOT,
                    "%-" + widths[0] + "s  %-" + widths[1] + "s  %" + widths[2] + "s  %" + widths[3] + "s",
                    (Object[]) line);
            text.append(padded.stripTrailing()).append('\n');
        }
        return text.append(String.format(Locale.ROOT, "%,d of the parameters are trained", parameters() - frozen()))
                .toString();
    }

    private static String number(long value) {
        return value == 0 ? "" : String.format(Locale.ROOT, "%,d", value);
    }
}
