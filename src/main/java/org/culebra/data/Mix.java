package org.culebra.data;

import java.util.List;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * Makes a batch of mixtures of its examples; labels become probabilities: i64[B] → f32[B, K].
 *
 * <p>Targets that are numbers already are mixed as they are.
 */
@FunctionalInterface
public interface Mix {
    /**
     * A batch in memory of its own.
     *
     * @param classes K
     * @param random of this batch
     */
    Batch apply(Batch batch, int classes, Random random);

    /**
     * x̃ᵢ = λ·xᵢ + (1 − λ)·xⱼ, ỹᵢ = λ·yᵢ + (1 − λ)·yⱼ, where j is i permuted and λ ~ Beta(α, α), one per batch (mixup; Zhang et al.,
     * ICLR 2018).
     *
     * @throws IllegalArgumentException if α is not positive
     */
    static Mix mixup(double alpha) {
        requirePositive("mixup", alpha);
        return (batch, classes, random) -> {
            double share = Mixing.beta(alpha, random);
            Tensor partners = Tensor.permutation(random, batch.size());
            return new Batch(
                    Mixing.lerp(batch.inputs(), partners, share), Mixing.targets(batch, classes, partners, share));
        };
    }

    /**
     * A rectangle of each image is that of another one; the labels are mixed as the areas are: λ ~ Beta(α, α), height and width
     * √(1 − λ) of the image's, the middle uniform, one rectangle per batch (CutMix; Yun et al., ICCV 2019).
     *
     * @throws IllegalArgumentException if α is not positive; when applied, if the inputs are no images [B, C, H, W]
     */
    static Mix cutmix(double alpha) {
        requirePositive("cutmix", alpha);
        return (batch, classes, random) -> {
            Geometry.requireImages("cutmix", batch.inputs());
            double cut = Math.sqrt(1 - Mixing.beta(alpha, random));
            long height = batch.inputs().dim(2);
            long width = batch.inputs().dim(3);
            Mixing.Range rows = Mixing.Range.random(height, cut, random);
            Mixing.Range columns = Mixing.Range.random(width, cut, random);
            Tensor partners = Tensor.permutation(random, batch.size());
            double share = 1 - (double) (rows.length() * columns.length()) / (height * width);
            Tensor images = Tape.scoped(() -> {
                Tensor cutOut = rows.of(columns.of(batch.inputs(), 3), 2).indexSelect(0, partners);
                Tensor mixed = batch.inputs().copy();
                rows.of(columns.of(mixed, 3), 2).assign(cutOut);
                return mixed;
            });
            return new Batch(images, Mixing.targets(batch, classes, partners, share));
        };
    }

    /**
     * One of these for each batch, each as likely as the others.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Mix either(Mix... choices) {
        if (choices.length == 0) {
            throw new IllegalArgumentException("either: needs at least one choice");
        }
        List<Mix> known = List.of(choices);
        return (batch, classes, random) ->
                known.get((int) Draws.nextBelow(random, known.size())).apply(batch, classes, random);
    }

    private static void requirePositive(String operation, double alpha) {
        if (!(alpha > 0 && Double.isFinite(alpha))) {
            throw new IllegalArgumentException(operation + ": alpha must be positive and finite, not " + alpha);
        }
    }
}
