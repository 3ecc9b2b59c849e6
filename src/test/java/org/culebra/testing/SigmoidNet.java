package org.culebra.testing;

import java.util.Arrays;
import java.util.List;
import org.culebra.tensor.Tensor;

/**
 * σ(W₂σ(W₁x + b₁) + b₂) with 17 weights in f64 and its mean squared error on 8 points: what optimizers are compared on. Once in
 * tensors and once in plain doubles; every number comes from sines, so that no generator is needed to have it elsewhere.
 */
public final class SigmoidNet {
    public static final int POINTS = 8;
    public static final int INPUTS = 2;
    public static final int HIDDEN = 4;
    public static final int WEIGHTS = HIDDEN * INPUTS + HIDDEN + HIDDEN + 1;

    private static final int B1 = HIDDEN * INPUTS;
    private static final int W2 = B1 + HIDDEN;
    private static final int B2 = W2 + HIDDEN;

    private final Tensor x = Tensor.of(inputs(), POINTS, INPUTS);
    private final Tensor y = Tensor.of(targets(), POINTS, 1);
    private final Tensor w1;
    private final Tensor b1;
    private final Tensor w2;
    private final Tensor b2;

    /** The net with its first weights. */
    public SigmoidNet() {
        double[] w = start();
        w1 = Tensor.of(Arrays.copyOfRange(w, 0, B1), HIDDEN, INPUTS).asParameter();
        b1 = Tensor.of(Arrays.copyOfRange(w, B1, W2), HIDDEN).asParameter();
        w2 = Tensor.of(Arrays.copyOfRange(w, W2, B2), 1, HIDDEN).asParameter();
        b2 = Tensor.of(Arrays.copyOfRange(w, B2, WEIGHTS), 1).asParameter();
    }

    /** x, row by row: [8, 2]. */
    public static double[] inputs() {
        return sines(POINTS * INPUTS, 1.3, 2);
    }

    /** y: [8, 1]. */
    public static double[] targets() {
        double[] targets = sines(POINTS, 2.1, .45);
        for (int i = 0; i < POINTS; i++) {
            targets[i] += .5;
        }
        return targets;
    }

    /** W₁ [4, 2], b₁ [4], W₂ [1, 4], b₂ [1], one after the other. */
    public static double[] start() {
        return sines(WEIGHTS, .7, 1);
    }

    private static double[] sines(int count, double frequency, double amplitude) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = amplitude * StrictMath.sin(frequency * (i + 1));
        }
        return values;
    }

    /** W₁, b₁, W₂, b₂. */
    public List<Tensor> parameters() {
        return List.of(w1, b1, w2, b2);
    }

    /** W₁, W₂. */
    public List<Tensor> matrices() {
        return List.of(w1, w2);
    }

    /** The error. */
    public Tensor loss() {
        Tensor hidden = x.matmul(w1.transpose()).add(b1).sigmoid();
        Tensor out = hidden.matmul(w2.transpose()).add(b2).sigmoid();
        return out.sub(y).square().mean();
    }

    /** The error and a penalty of λΣw². */
    public Tensor loss(double lambda) {
        Tensor loss = loss();
        for (Tensor parameter : parameters()) {
            loss = loss.add(parameter.square().sum().mul(lambda));
        }
        return loss;
    }

    /**
     * λ for a recorded trajectory. L-BFGS has one: the error alone falls towards infinite weights along flat valleys, on which
     * its steps, taken from differences of gradients, make more of every rounding error, until it is seen.
     */
    public static double penalty(String trajectory) {
        return trajectory.startsWith("lbfgs") ? .03 : 0;
    }

    /** All weights, one after the other. */
    public double[] weights() {
        double[] all = new double[WEIGHTS];
        int at = 0;
        for (Tensor parameter : parameters()) {
            double[] values = parameter.toDoubleArray();
            System.arraycopy(values, 0, all, at, values.length);
            at += values.length;
        }
        return all;
    }

    /** The error of these weights, in plain doubles; its gradient is written into {@code g}. */
    public static double loss(double[] w, double[] g) {
        double[] x = inputs();
        double[] y = targets();
        Arrays.fill(g, 0);
        double loss = 0;
        for (int n = 0; n < POINTS; n++) {
            double[] h = new double[HIDDEN];
            double z = w[B2];
            for (int j = 0; j < HIDDEN; j++) {
                h[j] = sigmoid(w[j * INPUTS] * x[n * INPUTS] + w[j * INPUTS + 1] * x[n * INPUTS + 1] + w[B1 + j]);
                z += w[W2 + j] * h[j];
            }
            double out = sigmoid(z);
            loss += (out - y[n]) * (out - y[n]) / POINTS;
            double dz = 2 * (out - y[n]) / POINTS * out * (1 - out);
            g[B2] += dz;
            for (int j = 0; j < HIDDEN; j++) {
                g[W2 + j] += dz * h[j];
                double dh = dz * w[W2 + j] * h[j] * (1 - h[j]);
                g[j * INPUTS] += dh * x[n * INPUTS];
                g[j * INPUTS + 1] += dh * x[n * INPUTS + 1];
                g[B1 + j] += dh;
            }
        }
        return loss;
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }
}
