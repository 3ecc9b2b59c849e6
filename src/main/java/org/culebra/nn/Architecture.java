package org.culebra.nn;

import java.util.Locale;

/** A model as text: the tree of its layers, with the number of parameters of each leaf. */
final class Architecture {
    private Architecture() {}

    static String of(Model model) {
        var text = new StringBuilder(label(model)).append('\n');
        append(text, model, "  ");
        return text.append(String.format(Locale.ROOT, "  %,d parameters", model.parameterCount()))
                .toString();
    }

    private static void append(StringBuilder text, Model model, String indent) {
        int widest = model.children().keySet().stream().mapToInt(String::length).reduce(2, Math::max);
        model.children().forEach((name, child) -> {
            String line = indent + name + " ".repeat(widest - name.length() + 1) + label(child);
            long count = child.children().isEmpty()
                    ? child.parameterCount()
                    : child.ownParameters().values().stream()
                            .mapToLong(parameter -> parameter.shape().size())
                            .sum();
            text.append(count == 0 ? line : String.format(Locale.ROOT, "%-48s %,12d", line, count))
                    .append('\n');
            append(text, child, indent + " ".repeat(widest + 1));
        });
    }

    /** How a leaf prints itself; of what is made of others only the name. */
    static String label(Model model) {
        Class<?> type = model.getClass();
        if (type.isHidden() || type.isSynthetic()) {
            return "function";
        }
        if (!model.children().isEmpty()) {
            return type.getSimpleName();
        }
        String text = model.toString();
        // What Object prints differs from process to process.
        return text.equals(type.getName() + "@" + Integer.toHexString(System.identityHashCode(model)))
                ? type.getSimpleName()
                : text;
    }
}
