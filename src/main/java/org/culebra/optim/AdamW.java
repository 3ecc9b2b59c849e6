package org.culebra.optim;

import java.util.List;
import org.culebra.tensor.Tensor;

/** {@link Adam} after w ← (1 − ηλ)·w: with a weight decay that is no part of the gradient (Loshchilov and Hutter 2019). */
public final class AdamW extends Adam {
    private AdamW(List<Tensor> parameters) {
        super("AdamW", parameters, 1e-2, true);
    }

    /** With η = .001, β = (.9, .999), ε = 1e-8 and λ = .01. */
    public static AdamW of(List<Tensor> parameters) {
        return new AdamW(parameters);
    }

    /** Sets λ, decoupled. */
    @Override
    public AdamW weightDecay(double lambda) {
        decoupledWeightDecay(lambda);
        return this;
    }
}
