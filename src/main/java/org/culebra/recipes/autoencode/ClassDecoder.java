package org.culebra.recipes.autoencode;

import java.util.List;
import java.util.function.Function;
import org.culebra.memory.DType;
import org.culebra.models.Vae;
import org.culebra.recipes.Generator;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * The mean that a decoder makes of a latent and a class. Where no class is asked for, one more number of the latent chooses it: class
 * ⌊Φ(z)·K⌋, each as likely as the others if z is normal.
 *
 * @param given the model of images of these classes: i64[B]
 * @param classes the names of the K classes
 */
record ClassDecoder(Function<Tensor, Vae> given, List<String> classes) implements Generator {
    private long ownLatents() {
        return given.apply(Tensor.of(new long[1])).latents();
    }

    @Override
    public long latents() {
        return ownLatents() + 1;
    }

    @Override
    public Tensor generate(Tensor latents) {
        Tensor chosen = Tape.untracked(() -> latents.select(1, ownLatents())
                .mul(Math.sqrt(.5))
                .erf()
                .add(1)
                .mul(classes.size() / 2.)
                .floor()
                .clamp(0, classes.size() - 1)
                .to(DType.I64));
        return given.apply(chosen).generate(latents.narrow(1, 0, ownLatents()));
    }

    @Override
    public Generator of(int classIndex) {
        if (classIndex < 0 || classIndex >= classes.size()) {
            throw new IllegalArgumentException("generator: there is no class " + classIndex + " among " + classes.size()
                    + ", 0 to " + (classes.size() - 1));
        }
        Vae vae = given.apply(Tensor.of(new long[] {classIndex}));
        return new Generator() {
            @Override
            public long latents() {
                return vae.latents();
            }

            @Override
            public Tensor generate(Tensor latents) {
                return vae.generate(latents);
            }
        };
    }
}
