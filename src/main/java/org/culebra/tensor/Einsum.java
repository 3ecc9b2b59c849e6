package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Sums of products over named axes: two operands at a time, the cheapest pair first, each as a matrix product, a
 * product with
 * broadcasting, or a sum of products in one pass, whichever it is.
 */
final class Einsum {
    /** A tensor with a label per axis. */
    private record Term(Tensor tensor, List<Integer> labels) {
        Term with(Tensor other, List<Integer> itsLabels) {
            return new Term(other, List.copyOf(itsLabels));
        }
    }

    private final String equation;
    private final Tensor[] operands;
    private final Map<Integer, Long> sizes = new HashMap<>();
    private final List<Integer> output;
    private final List<Term> terms = new ArrayList<>();

    private Einsum(String equation, Tensor[] operands) {
        this.equation = equation;
        this.operands = operands;
        var parsed = EinsumNotation.parse(equation, operands);
        output = parsed.output();
        for (int i = 0; i < operands.length; i++) {
            operands[i].strided();
            terms.add(new Term(operands[i], parsed.inputs().get(i)));
        }
        terms.forEach(this::collectSizes);
    }

    static Tensor of(String equation, Tensor... operands) {
        return new Einsum(equation, operands).run();
    }

    private void collectSizes(Term term) {
        for (int k = 0; k < term.labels.size(); k++) {
            int label = term.labels.get(k);
            long dim = term.tensor.dim(k);
            Long known = sizes.putIfAbsent(label, dim);
            if (known != null && known != dim) {
                if (known != 1 && dim != 1) {
                    throw AlgebraErrors.einsum(
                            equation, "axis " + EinsumNotation.name(label) + " is " + known + " and " + dim, operands);
                }
                sizes.put(label, known == 1 ? dim : known);
            }
        }
    }

    private Tensor run() {
        terms.replaceAll(this::diagonals);
        terms.replaceAll(this::withoutRepeated);
        for (int i = 0; i < terms.size(); i++) {
            Term alone = sumLonely(terms.get(i), neededBeside(i, -1));
            terms.set(i, alone);
        }
        while (terms.size() > 1) {
            contractCheapest();
        }
        return arranged(terms.get(0), output);
    }

    // ---------------------------------------------------------------- one operand

    /** A label that one operand has twice stands for a diagonal. */
    private Term diagonals(Term term) {
        for (int k = 0; k < term.labels.size(); k++) {
            int label = term.labels.get(k);
            int other = term.labels.lastIndexOf(label);
            if (other > k) {
                if (term.tensor.dim(k) != term.tensor.dim(other)) {
                    throw AlgebraErrors.einsum(
                            equation,
                            "a diagonal along " + EinsumNotation.name(label) + " needs equal sizes",
                            operands);
                }
                List<Integer> labels = without(without(term.labels, other), k);
                labels.add(label);
                return diagonals(term.with(term.tensor.diagonal(0, k, other), labels));
            }
        }
        return term;
    }

    /** An axis of size 1 that another operand has in full repeats: as if it were not there. */
    private Term withoutRepeated(Term term) {
        for (int k = 0; k < term.labels.size(); k++) {
            if (term.tensor.dim(k) != sizeOf(term.labels.get(k))) {
                return withoutRepeated(term.with(term.tensor.squeeze(k), without(term.labels, k)));
            }
        }
        return term;
    }

    private static Term sumLonely(Term term, Set<Integer> needed) {
        List<Integer> kept = new ArrayList<>();
        List<Integer> summed = new ArrayList<>();
        for (int k = 0; k < term.labels.size(); k++) {
            int label = term.labels.get(k);
            if (needed.contains(label)) {
                kept.add(label);
            } else {
                summed.add(k);
            }
        }
        return summed.isEmpty() ? term : term.with(term.tensor.sum(ints(summed)), kept);
    }

    // ---------------------------------------------------------------- two operands

    private void contractCheapest() {
        int first = 0;
        int second = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; terms.size() > 2 && i < terms.size(); i++) {
            for (int j = i + 1; j < terms.size(); j++) {
                double cost = cost(terms.get(i), terms.get(j));
                if (cost < least) {
                    least = cost;
                    first = i;
                    second = j;
                }
            }
        }
        Set<Integer> needed = neededBeside(first, second);
        Term b = terms.remove(second);
        Term a = terms.remove(first);
        terms.add(contract(a, b, needed));
    }

    /** Number of products. */
    private double cost(Term a, Term b) {
        Set<Integer> labels = new LinkedHashSet<>(a.labels);
        labels.addAll(b.labels);
        double cost = 1;
        for (int label : labels) {
            cost *= sizeOf(label);
        }
        return cost;
    }

    /** The labels of the result and of all operands but two. */
    private Set<Integer> neededBeside(int first, int second) {
        Set<Integer> needed = new LinkedHashSet<>(output);
        for (int i = 0; i < terms.size(); i++) {
            if (i != first && i != second) {
                needed.addAll(terms.get(i).labels);
            }
        }
        return needed;
    }

    private Term contract(Term a, Term b, Set<Integer> needed) {
        List<Integer> batch = new ArrayList<>();
        List<Integer> summed = new ArrayList<>();
        for (int label : a.labels) {
            if (b.labels.contains(label)) {
                (needed.contains(label) ? batch : summed).add(label);
            }
        }
        List<Integer> ofA = without(a.labels, b.labels);
        List<Integer> ofB = without(b.labels, a.labels);
        if (summed.isEmpty()) {
            List<Integer> all = joined(batch, ofA, ofB);
            return new Term(aligned(a, all).mul(aligned(b, all)), all);
        }
        boolean floating = a.tensor.dtype().isFloating() || b.tensor.dtype().isFloating();
        if ((ofA.isEmpty() && ofB.isEmpty()) || !floating) {
            List<Integer> all = joined(batch, ofA, ofB, summed);
            int[] axes = new int[summed.size()];
            Arrays.setAll(axes, k -> all.size() - 1 - k);
            return new Term(
                    Functions.MUL.sum(List.of(aligned(a, all), aligned(b, all)), axes), joined(batch, ofA, ofB));
        }
        // The one whose axes come first in the result goes to the left, so that the result needs no rearranging.
        boolean swap = ofA.isEmpty() || (!ofB.isEmpty() && output.indexOf(ofB.get(0)) < output.indexOf(ofA.get(0)));
        return swap ? matmul(b, a, batch, ofB, summed, ofA) : matmul(a, b, batch, ofA, summed, ofB);
    }

    /** [batch, M, K] × [batch, K, N], each group of axes as one. */
    private Term matmul(Term a, Term b, List<Integer> batch, List<Integer> m, List<Integer> k, List<Integer> n) {
        Tensor left = grouped(arranged(a, joined(batch, m, k)), batch, m, k);
        Tensor right = grouped(arranged(b, joined(batch, k, n)), batch, k, n);
        List<Integer> labels = joined(batch, m, n);
        return new Term(left.matmul(right).reshape(dims(labels)), labels);
    }

    private Tensor grouped(Tensor x, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
        return batch.isEmpty()
                ? x.reshape(size(rows), size(columns))
                : x.reshape(size(batch), size(rows), size(columns));
    }

    // ---------------------------------------------------------------- arrangement

    /** The axes in another order. */
    private static Tensor arranged(Term term, List<Integer> order) {
        int[] axes = new int[order.size()];
        for (int k = 0; k < axes.length; k++) {
            axes[k] = term.labels.indexOf(order.get(k));
        }
        return term.tensor.permute(axes);
    }

    /** The axes in another order, with size 1 for labels that the term does not have. */
    private static Tensor aligned(Term term, List<Integer> order) {
        List<Integer> present = new ArrayList<>(order);
        present.retainAll(term.labels);
        Tensor x = arranged(term, present);
        for (int k = 0; k < order.size(); k++) {
            if (!term.labels.contains(order.get(k))) {
                x = x.unsqueeze(k);
            }
        }
        return x;
    }

    private long sizeOf(int label) {
        return Objects.requireNonNull(sizes.get(label));
    }

    private Shape dims(List<Integer> labels) {
        return Shape.adopt(labels.stream().mapToLong(this::sizeOf).toArray());
    }

    private long size(List<Integer> labels) {
        return dims(labels).size();
    }

    private static List<Integer> without(List<Integer> labels, int position) {
        List<Integer> rest = new ArrayList<>(labels);
        rest.remove(/* index */ position);
        return rest;
    }

    private static List<Integer> without(List<Integer> labels, List<Integer> others) {
        List<Integer> rest = new ArrayList<>(labels);
        rest.removeAll(others);
        return rest;
    }

    @SafeVarargs
    private static List<Integer> joined(List<Integer>... parts) {
        List<Integer> all = new ArrayList<>();
        for (List<Integer> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
