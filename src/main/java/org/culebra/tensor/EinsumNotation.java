package org.culebra.tensor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an einsum equation says: a label per axis of each operand and of the result. Letters are labels as they are;
 * the axes of an
 * ellipsis are −1, −2, … from its right end, so that ellipses of different lengths are aligned there.
 */
record EinsumNotation(List<List<Integer>> inputs, List<Integer> output) {
    private static final String ELLIPSIS = "...";

    /** What a label is called in messages. */
    static String name(int label) {
        return label >= 0 ? "'" + (char) label + "'" : label + " of the ellipsis";
    }

    static EinsumNotation parse(String equation, Tensor... operands) {
        String text = equation.replace(" ", "");
        int arrow = text.indexOf("->");
        String left = arrow < 0 ? text : text.substring(0, arrow);
        String[] parts = left.split(",", -1);
        if (parts.length != operands.length) {
            throw AlgebraErrors.einsum(
                    equation,
                    "names " + parts.length + (parts.length == 1 ? " operand" : " operands") + ", was given "
                            + operands.length,
                    operands);
        }
        List<List<Integer>> inputs = new ArrayList<>();
        int longest = 0;
        for (int i = 0; i < parts.length; i++) {
            List<Integer> labels = labels(equation, parts[i], operands[i].rank(), operands);
            longest = Math.max(
                    longest, (int) labels.stream().filter(label -> label < 0).count());
            inputs.add(labels);
        }
        List<Integer> output = arrow < 0
                ? implied(inputs, longest)
                : labels(equation, text.substring(arrow + 2), letters(text.substring(arrow + 2)) + longest, operands);
        check(equation, inputs, output, operands);
        return new EinsumNotation(inputs, output);
    }

    /** Letters and an ellipsis as labels of so many axes; without ellipsis the number of letters must be that. */
    private static List<Integer> labels(String equation, String part, int rank, Tensor... operands) {
        int dots = part.indexOf(ELLIPSIS);
        int hidden = rank - letters(part);
        boolean plain =
                part.replace(ELLIPSIS, "").chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
        if (!plain || dots != part.lastIndexOf(ELLIPSIS)) {
            throw AlgebraErrors.einsum(
                    equation, "\"" + part + "\" is not made of letters and at most one ...", operands);
        }
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < part.length(); i++) {
            if (i == dots) {
                for (int k = hidden; k > 0; k--) {
                    labels.add(-k);
                }
                i += ELLIPSIS.length() - 1;
            } else {
                labels.add((int) part.charAt(i));
            }
        }
        return labels;
    }

    private static int letters(String part) {
        return part.replace(ELLIPSIS, "").length();
    }

    /** As NumPy: the axes of the ellipsis, then the letters that occur once, in alphabetical order. */
    private static List<Integer> implied(List<List<Integer>> inputs, int ellipsis) {
        Set<Integer> once = new TreeSet<>();
        Set<Integer> more = new TreeSet<>();
        for (List<Integer> labels : inputs) {
            for (int label : labels) {
                if (label >= 0 && !once.add(label)) {
                    more.add(label);
                }
            }
        }
        once.removeAll(more);
        List<Integer> output = new ArrayList<>();
        for (int k = ellipsis; k > 0; k--) {
            output.add(-k);
        }
        output.addAll(once);
        return output;
    }

    private static void check(String equation, List<List<Integer>> inputs, List<Integer> output, Tensor... operands) {
        for (int i = 0; i < operands.length; i++) {
            if (inputs.get(i).size() != operands[i].rank()) {
                throw AlgebraErrors.einsum(
                        equation,
                        "operand " + i + " has " + operands[i].rank() + " axes, the equation names "
                                + inputs.get(i).size(),
                        operands);
            }
        }
        Set<Integer> known = new LinkedHashSet<>();
        inputs.forEach(known::addAll);
        if (new LinkedHashSet<>(output).size() != output.size()) {
            throw AlgebraErrors.einsum(equation, "the result names an axis twice", operands);
        }
        for (int label : output) {
            if (!known.contains(label)) {
                throw AlgebraErrors.einsum(
                        equation, "axis " + name(label) + " of the result is in no operand", operands);
            }
        }
    }
}
