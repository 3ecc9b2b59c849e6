package org.culebra.recipes.gan;

import org.culebra.data.ToyData;
import org.culebra.memory.DType;
import org.culebra.models.PacGan;
import org.culebra.nn.Layer;
import org.culebra.recipes.Generator;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * A generator of points of the plane: f32[B, n] → f32[B, 2].
 *
 * @param data points as those that it learned from, f32[N, 2]: what its own are drawn over
 * @param extent half of a picture's side
 */
record PointGenerator(Layer net, Tensor data, double extent) implements Generator {
    private static final int DRAWN = 2500;

    /** One for ring or grid. */
    static PointGenerator of(String name, Layer net) {
        boolean isRing = name.equals("ring");
        Random random = Random.seeded(0);
        Tensor data = (isRing ? ToyData.ring(random, DRAWN) : ToyData.grid(random, DRAWN))
                .inputs()
                .all();
        Tensor centres = isRing ? ToyData.ringCentres() : ToyData.gridCentres();
        return new PointGenerator(net, data, GanPoints.extent(centres.to(DType.F32)));
    }

    @Override
    public long latents() {
        return PacGan.LATENTS;
    }

    @Override
    public Tensor generate(Tensor latents) {
        return net.forward(latents);
    }

    @Override
    public boolean makesImages() {
        return false;
    }

    @Override
    public Tensor shown(Tensor made) {
        return PointPicture.of(data, made, extent).unsqueeze(0); // (N, 2) -> (1, 3, 256, 256)
    }
}
