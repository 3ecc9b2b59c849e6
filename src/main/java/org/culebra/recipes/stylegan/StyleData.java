package org.culebra.recipes.stylegan;

import java.io.IOException;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.recipes.Job;
import org.culebra.recipes.Training;
import org.culebra.recipes.judge.JudgeData;
import org.culebra.tensor.Interpolation;
import org.culebra.tensor.Tensor;

/**
 * Images as a StyleGAN takes and makes them: from −1 to 1, with black around them until they are a power of two wide.
 *
 * @param kind what they show, and their size
 * @param side with what is around them
 */
record StyleData(JudgeData kind, int side) {
    static StyleData named(String name) {
        JudgeData kind = JudgeData.named(name);
        return new StyleData(kind, Math.max(4, Integer.highestOneBit(2 * kind.side() - 1)));
    }

    /** Those to learn from, and those to compare with. */
    Splits load(Job job) throws IOException {
        Splits all = job.load(kind.source());
        return new Splits(Training.examples(job, all.training()), all.test(), all.origin());
    }

    /** From images as they are read. */
    Transform transform() {
        long margin = (long) side - kind.side();
        long before = margin / 2;
        return Transform.of(raw -> kind.unit(raw)
                .mul(2)
                .sub(1)
                .padWith(-1, before, margin - before, before, margin - before)); // (B, C, S, S) -> (B, C, side, side)
    }

    /** What is generated, as people see it: [B, C, side, side], or smaller, → [B, C, S, S] from 0 to 1. */
    Tensor shown(Tensor images) {
        double factor = (double) side / images.dim(-1);
        Tensor full = factor > 1 ? images.upsample(Interpolation.NEAREST, factor, factor) : images;
        long before = ((long) side - kind.side()) / 2;
        return full.narrow(2, before, kind.side())
                .narrow(3, before, kind.side())
                .add(1)
                .div(2)
                .clamp(0, 1);
    }
}
