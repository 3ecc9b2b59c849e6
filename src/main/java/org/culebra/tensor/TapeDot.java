package org.culebra.tensor;

import java.util.IdentityHashMap;
import java.util.List;

/** Draws a tape in Graphviz's language: a box per step, an ellipse per leaf, arrows labelled with shapes. */
final class TapeDot {
    private final StringBuilder text =
            new StringBuilder("digraph tape {\n  rankdir=TB;\n  node [fontname=\"monospace\"];\n");
    private final IdentityHashMap<Tensor, String> leaves = new IdentityHashMap<>();

    private TapeDot() {}

    static String draw(List<Call> calls) {
        var drawing = new TapeDot();
        for (Call call : calls) {
            drawing.step(call);
        }
        return drawing.text.append("}\n").toString();
    }

    private void step(Call call) {
        String node = "op" + call.index();
        text.append("  ")
                .append(node)
                .append(" [shape=box, label=\"")
                .append(escape(call.op().toString()))
                .append("\\n")
                .append(call.outputs()[0].describe())
                .append("\"];\n");
        for (Tensor input : call.inputs()) {
            Call from = input.call();
            String source = from != null && from.tape() == call.tape() ? "op" + from.index() : leaf(input);
            text.append("  ")
                    .append(source)
                    .append(" -> ")
                    .append(node)
                    .append(" [label=\"")
                    .append(input.describe())
                    .append("\"];\n");
        }
    }

    private String leaf(Tensor tensor) {
        String known = leaves.get(tensor);
        if (known != null) {
            return known;
        }
        String name = "leaf" + leaves.size();
        leaves.put(tensor, name);
        text.append("  ")
                .append(name)
                .append(" [label=\"")
                .append(tensor.isParameter() ? "parameter" : "leaf")
                .append("\\n")
                .append(tensor.describe())
                .append(tensor.isParameter() ? "\", style=filled];\n" : "\"];\n");
        return name;
    }

    private static String escape(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
