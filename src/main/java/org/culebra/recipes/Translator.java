package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.culebra.data.Pictures;
import org.culebra.memory.DType;
import org.culebra.tensor.Interpolation;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * y = g(x): a trained model that makes images of images, [B, C, S, S] → [B, C′, S, S], in [0, 1] on both sides.
 *
 * @param channels C: 1 (grey) or 3 (red, green, blue)
 * @param side S
 * @param function g
 */
public record Translator(int channels, int side, UnaryOperator<Tensor> function) {
    /**
     * The images made of these. An image makes the same image whatever else is in the batch.
     *
     * @throws IllegalArgumentException if they have another size
     */
    public Tensor translate(Tensor images) {
        if (images.rank() != 4 || images.dim(1) != channels || images.dim(2) != side || images.dim(3) != side) {
            throw new IllegalArgumentException("translator: the images have the wrong shape\n  needed  [B, " + channels
                    + ", " + side + ", " + side + "]\n  given   " + images.describe());
        }
        return Tape.scoped(() -> function.apply(images));
    }

    /**
     * A picture as it takes it, f32[1, C, S, S]: larger ones are averaged over areas, smaller ones stretched.
     *
     * @throws IOException if the file is missing, no picture, or not as high as wide; the message is one sentence
     */
    public Tensor read(Path file) throws IOException {
        Tensor pixels = Pictures.read(file, channels > 1);
        long height = pixels.dim(1);
        if (height != pixels.dim(2)) {
            throw new IOException(file + " has " + height + "×" + pixels.dim(2)
                    + " pixels; the model takes pictures as high as wide");
        }
        return Tape.scoped(() -> {
            Tensor picture = pixels.to(DType.F32).div(255).unsqueeze(0);
            return height >= side
                    ? picture.adaptiveAvgPool(side, side)
                    : picture.resize(Interpolation.LINEAR, side, side);
        });
    }
}
