package org.culebra.recipes.latent;

import java.util.ArrayList;
import java.util.List;
import org.culebra.tensor.Tensor;

/** How to go from one latent to another. */
public enum Between {
    /** (1 − t)·a + t·b. */
    LINE {
        @Override
        Tensor at(double t, Tensor a, Tensor b) {
            return a.mul(1 - t).add(b.mul(t));
        }
    },

    /**
     * sin((1 − t)Ω)/sin Ω·a + sin(tΩ)/sin Ω·b, with Ω the angle between a and b (Shoemake 1985): lengths on the way are between those
     * of the ends, as those of normal latents are, which hardly ever lie near 0. A line where the ends have one direction, or opposite ones.
     */
    SPHERE {
        @Override
        Tensor at(double t, Tensor a, Tensor b) {
            double cosine = a.mul(b).sum().item()
                    / Math.max(Double.MIN_NORMAL, a.norm().item() * b.norm().item());
            double angle = StrictMath.acos(Math.clamp(cosine, -1, 1));
            double sine = StrictMath.sin(angle);
            if (sine < LEAST_SINE) {
                return LINE.at(t, a, b);
            }
            return a.mul(StrictMath.sin((1 - t) * angle) / sine).add(b.mul(StrictMath.sin(t * angle) / sine));
        }
    };

    private static final double LEAST_SINE = 1e-6;

    abstract Tensor at(double t, Tensor a, Tensor b);

    /**
     * A path through all of these and back to the first: f32[M, n] → f32[M·steps, n].
     *
     * @param steps from one to the next
     * @throws IllegalArgumentException if there are fewer than two, or no steps
     */
    public Tensor round(Tensor stations, int steps) {
        if (stations.rank() != 2 || stations.dim(0) < 2 || steps < 1) {
            throw new IllegalArgumentException(
                    "between: at least two latents and one step between them are needed, not " + stations.describe()
                            + " and " + steps + " steps");
        }
        List<Tensor> path = new ArrayList<>();
        long count = stations.dim(0);
        for (long station = 0; station < count; station++) {
            Tensor a = stations.select(0, station);
            Tensor b = stations.select(0, (station + 1) % count);
            for (int step = 0; step < steps; step++) {
                path.add(at((double) step / steps, a, b));
            }
        }
        return Tensor.stack(0, path);
    }
}
