package org.culebra.recipes.stylegan;

import org.culebra.models.StyleGenerator;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.recipes.Generator;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * A StyleGAN as people use it: images of z, truncated by ψ; within it, images of w.
 *
 * @param psi ψ
 */
record StyleLatents(StyleGenerator model, StyleData data, double psi) implements Generator {
    @Override
    public long latents() {
        return model.latents();
    }

    @Override
    public Tensor generate(Tensor latents) {
        return inner().generate(model.truncate(model.map(latents), psi));
    }

    /** W: in straight lines there images change evenly, and directions have a meaning (Karras et al. 2019, section 4). */
    @Override
    public Generator inner() {
        return new Generator() {
            @Override
            public long latents() {
                return model.latents();
            }

            @Override
            public Tensor generate(Tensor w) {
                return data.shown(model.synthesize(model.styles(w), Noise.FIXED));
            }

            @Override
            public Tensor draw(Random random, long count) {
                return model.truncate(model.map(StyleLatents.this.draw(random, count)), psi);
            }
        };
    }
}
