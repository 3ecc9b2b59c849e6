package org.culebra.train;

import java.util.ArrayList;
import java.util.Map;
import org.culebra.memory.Scope;
import org.culebra.optim.State;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Generated images of the past, shown to a discriminator in place of some of the present, so that it does not forget what it has seen
 * through (Shrivastava et al. 2017, section 2.3; Zhu et al. 2017, section 4).
 *
 * <p>As long as the pool is not full, images go in and are shown as they are. Then each is shown with probability ½; otherwise it goes
 * into the pool, and the one whose place it takes is shown.
 */
public final class ImagePool implements Stateful {
    private static final String IMAGES = "images";
    private static final String HELD = "held";

    private final int capacity;
    private @Nullable Tensor images;
    private int held;

    private ImagePool(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Of so many images: 50 in CycleGAN; with 0 all are shown as they are.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public static ImagePool of(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("image pool: it holds at least 0 images, not " + capacity);
        }
        return new ImagePool(capacity);
    }

    /** How many it holds by now. */
    public int size() {
        return held;
    }

    /** What to show for these: [B, …] → [B, …], without a graph. Takes one draw, also while the pool is not full. */
    public Tensor exchange(Tensor present, Random random) {
        return Tape.scoped(() -> {
            int batch = Math.toIntExact(present.dim(0));
            double[] chances = Tensor.uniform(random, 0, 1, 2, batch).toDoubleArray();
            if (capacity == 0) {
                return present.copy();
            }
            Tensor pool = pool(present);
            var shown = new ArrayList<Tensor>();
            for (int i = 0; i < batch; i++) {
                Tensor image = present.select(0, i);
                if (held < capacity) {
                    pool.select(0, held++).assign(image);
                } else if (chances[i] < .5) {
                    Tensor place = pool.select(0, (long) (chances[batch + i] * capacity));
                    Tensor past = place.copy();
                    place.assign(image);
                    image = past;
                }
                shown.add(image);
            }
            return Tensor.stack(0, shown);
        });
    }

    private Tensor pool(Tensor example) {
        Tensor pool = images;
        if (pool == null) {
            long[] dims = example.shape().dims().clone();
            dims[0] = capacity;
            // Whatever tape is open: it outlives that.
            pool = Scope.outside(() -> Tensor.zeros(example.dtype(), dims));
            images = pool;
        }
        return pool;
    }

    @Override
    public State state() {
        return new State(images == null ? Map.of() : Map.of(IMAGES, images), Map.of(HELD, (double) held));
    }

    @Override
    public void load(State state) {
        Tensor saved = state.tensors().get(IMAGES);
        if (saved != null && saved.dim(0) != capacity) {
            throw new IllegalArgumentException(
                    "image pool: the saved one is of " + saved.dim(0) + " images, this one of " + capacity);
        }
        held = state.numbers().getOrDefault(HELD, 0.).intValue();
        images = saved == null ? null : Scope.outside(saved::copy);
    }
}
