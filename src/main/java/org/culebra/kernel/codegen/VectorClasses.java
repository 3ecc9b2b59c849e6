package org.culebra.kernel.codegen;

import java.util.List;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** What must be in place before the first vector loop is compiled. */
public final class VectorClasses {
    private static final List<Class<?>> LANES =
            List.of(float.class, double.class, int.class, long.class, short.class, byte.class);

    private VectorClasses() {}

    /**
     * Loads the classes of the vectors, masks and shuffles of the width in use, and keeps C1 away from generated loops.
     *
     * <p>C2 relies on there being one subclass of an abstract class; the day a second one is loaded, all that it has
     * compiled on
     * this assumption goes back to the interpreter. So all are loaded first.
     */
    public static void prepare() {
        Prepared.now();
    }

    private static final class Prepared {
        static {
            CompilerDirectives.excludeFromC1(HiddenClasses.VECTOR_CLASSES);
            VectorShape shape = VectorShape.forBitSize(VectorWidth.bits());
            LANES.forEach(lane -> load(VectorSpecies.of(lane, shape)));
        }

        static void now() {}

        private static <E> void load(VectorSpecies<E> species) {
            species.zero().blend(species.broadcast(1), species.maskAll(true));
            species.zero().rearrange(VectorShuffle.iota(species, 0, 1, true));
        }
    }
}
