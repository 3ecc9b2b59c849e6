package org.culebra.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A line of the table: work that we and peers do on the same numbers.
 *
 * @param name what is done, unique
 * @param cost what it takes at least
 * @param maker prepares both sides; operands may be large, so they are made only for the row that is measured
 */
record Row(String name, Cost cost, Supplier<Sides> maker) {
    /** The least work: floating operations where multipliers decide, else bytes that must be read and written. */
    record Cost(double operations, double bytes) {
        static final Cost UNKNOWN = new Cost(0, 0);

        static Cost operations(double count) {
            return new Cost(count, 0);
        }

        /** Each number of f32 takes four. */
        static Cost floats(double count) {
            return new Cost(0, 4 * count);
        }
    }

    /** The two or three who do it. What they return is compared. */
    static final class Sides {
        private final Supplier<?> ours;
        private final Map<String, Supplier<Supplier<?>>> peers = new LinkedHashMap<>();
        private double tolerance = 1e-4;

        private Sides(Supplier<?> ours) {
            this.ours = ours;
        }

        static Sides of(Supplier<?> ours, Supplier<?> pyTorch) {
            return new Sides(ours).peer("pyTorch", pyTorch);
        }

        /** A peer with a state of its own, such as weights: made from ours before ours does anything, and only where it is asked for. */
        static Sides stateful(Supplier<?> ours, Supplier<Supplier<?>> pyTorch) {
            var sides = new Sides(ours);
            sides.peers.put("pyTorch", pyTorch);
            return sides;
        }

        /** Both draw random numbers, which cannot be compared. */
        static Sides drawing(Supplier<?> ours, Supplier<?> pyTorch) {
            return of(ours, pyTorch).tolerance(Double.POSITIVE_INFINITY);
        }

        Sides peer(String name, Supplier<?> work) {
            peers.put(name, () -> work);
            return this;
        }

        /** How far results may be apart, as a share of the largest number. */
        Sides tolerance(double share) {
            tolerance = share;
            return this;
        }

        Supplier<?> ours() {
            return ours;
        }

        Set<String> peers() {
            return peers.keySet();
        }

        /** Makes what the peer does. */
        Supplier<?> peer(String name) {
            return Objects.requireNonNull(peers.get(name), name).get();
        }

        double tolerance() {
            return tolerance;
        }
    }
}
