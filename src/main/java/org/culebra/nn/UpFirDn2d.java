package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tensor;

/**
 * Each plane of x with u − 1 zeros behind every element, filtered along both axes, of which every d-th element is kept:
 * y[i, j] = Σ f[a]·f[b]·x̃[i·d + a − p, j·d + b − p], where x̃[u·i, u·j] = x[i, j] and is 0 elsewhere (Karras et al. 2020, appendix B;
 * Zhang 2019 for why).
 *
 * <p>[..., H, W] → [..., H′, W′], H′ = ⌊(H·u + p + q − taps)/d⌋ + 1 with p zeros before and q behind.
 *
 * <p>Along each axis this is a matrix A of the numbers of f, so that y = A·x·Aᵀ: two products, whose gradients are products.
 */
public final class UpFirDn2d implements Layer {
    private final List<Double> taps;
    private final int up;
    private final int down;
    private final int before;
    private final int behind;

    /** A by H. */
    private final Map<Long, Tensor> matrices = new ConcurrentHashMap<>();

    private UpFirDn2d(List<Double> taps, int up, int down, int before, int behind) {
        this.taps = taps;
        this.up = up;
        this.down = down;
        this.before = before;
        this.behind = behind;
    }

    /**
     * The filter alone, with as many zeros around that the size stays.
     *
     * @param taps f, up to a factor: 1, 2, 1 for instance; they are divided by their sum
     * @throws IllegalArgumentException if they sum up to 0
     */
    public static UpFirDn2d of(double... taps) {
        double sum = Arrays.stream(taps).sum();
        if (!(Math.abs(sum) > 0 && Double.isFinite(sum))) {
            throw new IllegalArgumentException(
                    "upFirDn2d: a filter needs taps with a sum other than 0, not " + Arrays.toString(taps));
        }
        List<Double> all = Arrays.stream(taps).map(tap -> tap / sum).boxed().toList();
        return new UpFirDn2d(all, 1, 1, taps.length / 2, (taps.length - 1) / 2);
    }

    /** The same after making planes so many times as large; as bright as before. */
    public UpFirDn2d up(int factor) {
        Checks.positive("upFirDn2d", "factor", factor);
        List<Double> louder = taps.stream().map(tap -> tap * factor / up).toList();
        int spare = taps.size() - factor; // as many zeros that the output is just `factor` times as large
        return new UpFirDn2d(louder, factor, down, (spare + 1) / 2 + factor - 1, spare / 2);
    }

    /** The same keeping every so-manieth element. */
    public UpFirDn2d down(int factor) {
        Checks.positive("upFirDn2d", "factor", factor);
        int spare = taps.size() - factor;
        return new UpFirDn2d(taps, up, factor, (spare + 1) / 2, spare / 2);
    }

    /** The same with so many zeros around. */
    public UpFirDn2d padding(int zerosBefore, int zerosBehind) {
        return new UpFirDn2d(taps, up, down, zerosBefore, zerosBehind);
    }

    /** The same, so many times as bright along each axis. */
    public UpFirDn2d gain(double factor) {
        return new UpFirDn2d(taps.stream().map(tap -> tap * factor).toList(), up, down, before, behind);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < 2 || outputs(x.dim(-2)) < 1 || outputs(x.dim(-1)) < 1) {
            throw Checks.wrongInput(this, "[..., H, W] large enough for the filter", x);
        }
        Tensor columns = matrix(x.dim(-1)).transpose(); // [W, W′]
        return matrix(x.dim(-2)).matmul(x.matmul(columns)); // [H′, H] × ([..., H, W] × [W, W′]) → [..., H′, W′]
    }

    private long outputs(long inputs) {
        return Math.floorDiv(inputs * up + before + behind - taps.size(), down) + 1;
    }

    /** A: [H′, H]. */
    private Tensor matrix(long inputs) {
        return matrices.computeIfAbsent(inputs, size -> Scope.outside(() -> make(Math.toIntExact(size))));
    }

    private Tensor make(int inputs) {
        int outputs = Math.toIntExact(outputs(inputs));
        var numbers = new float[outputs * inputs];
        for (int i = 0; i < outputs; i++) {
            for (int a = 0; a < taps.size(); a++) {
                int place = i * down + a - before;
                if (place >= 0 && place % up == 0 && place / up < inputs) {
                    numbers[i * inputs + place / up] += taps.get(a).floatValue();
                }
            }
        }
        return Tensor.of(numbers, outputs, inputs);
    }

    @Override
    public String toString() {
        return "UpFirDn2d(" + taps.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + (up == 1 ? "" : "; up " + up) + (down == 1 ? "" : "; down " + down) + ")";
    }
}
