package org.culebra.kernel.window;

import org.culebra.kernel.Strided;
import org.culebra.kernel.Taps;
import org.culebra.kernel.Window;

/** Entry to this package. All arrays are row-major f32 or f64, of one type; indices are i32. */
public final class Windows {
    private Windows() {}

    /** The largest of each window and its index in the plane. */
    public static void maxPool(Strided x, Window rows, Window columns, Strided values, Strided indices) {
        new MaxPool(x, rows, columns, values, indices).run(x.dtype());
    }

    /** y[p, k] = x[p, indices[p, k]] for planes p. */
    public static void gather(Strided x, Strided indices, Strided y, long planes) {
        PlaneIndex.gather(x, indices, y, planes);
    }

    /** y = 0, then y[p, indices[p, k]] += x[p, k] for planes p. */
    public static void scatter(Strided x, Strided indices, Strided y, long planes) {
        PlaneIndex.scatter(x, indices, y, planes);
    }

    /** y = R·x·Cᵀ for each plane x. */
    public static void resample(Strided x, Taps rows, Taps columns, Strided y) {
        Resample.run(x, rows, columns, y);
    }
}
