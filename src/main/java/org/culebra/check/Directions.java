package org.culebra.check;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.culebra.tensor.Tensor;

/** Arithmetic on lists of tensors as if each list were one vector. */
final class Directions {
    private Directions() {}

    /** Uniform in [−1, 1), of the same shapes. */
    static List<Tensor> like(List<Tensor> point, SplittableRandom random) {
        List<Tensor> direction = new ArrayList<>();
        for (Tensor x : point) {
            double[] values = random.doubles(x.size(), -1, 1).toArray();
            direction.add(Tensor.of(values, values.length).reshape(x.shape()));
        }
        return direction;
    }

    /** 1 at one element of one input, 0 elsewhere. */
    static List<Tensor> unit(List<Tensor> point, int input, int index) {
        List<Tensor> direction = new ArrayList<>();
        for (int k = 0; k < point.size(); k++) {
            double[] values = new double[(int) point.get(k).size()];
            if (k == input) {
                values[index] = 1;
            }
            direction.add(Tensor.of(values, values.length).reshape(point.get(k).shape()));
        }
        return direction;
    }

    static List<Tensor> shifted(List<Tensor> point, List<Tensor> direction, double step) {
        List<Tensor> shifted = new ArrayList<>();
        for (int k = 0; k < point.size(); k++) {
            shifted.add(point.get(k).add(direction.get(k).mul(step)));
        }
        return shifted;
    }

    static double dot(List<Tensor> a, List<Tensor> b) {
        double dot = 0;
        for (int k = 0; k < a.size(); k++) {
            dot += a.get(k).mul(b.get(k)).sum().item();
        }
        return dot;
    }
}
