package org.culebra.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever is allocated, released, kept and closed in whatever order, open buffers never share a byte. */
final class PoolProperties {
    /** One thing to do: {@code kind} chooses it, {@code size} and {@code pick} are its arguments. */
    record Step(int kind, long size, int pick) {}

    @Provide
    Arbitrary<Step> steps() {
        Arbitrary<Long> sizes = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 1000),
                Arbitraries.longs().between(0, 100_000),
                Arbitraries.longs().between(0, 9_000_000));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        sizes,
                        Arbitraries.integers().between(0, 1 << 20))
                .as(Step::new);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void openBuffersNeverOverlap(@ForAll @Size(min = 1, max = 200) List<@From("steps") Step> steps) {
        long usedBefore = Pool.report().usedBytes() - Pool.report().collectedBytes();
        var world = new World();
        for (Step step : steps) {
            world.take(step);
        }
        world.check();
        world.end();
        Pool.check();
        assertEquals(usedBefore, Pool.report().usedBytes() - Pool.report().collectedBytes());
    }

    private static final class World {
        private final Deque<Scope> scopes = new ArrayDeque<>();
        /** The buffers of each open scope; the first list is the collector's. */
        private final Deque<List<Buffer>> owned = new ArrayDeque<>(List.of(new ArrayList<>()));

        void take(Step step) {
            List<Buffer> mine = owned.getFirst();
            switch (step.kind) {
                case 0, 1, 2, 3, 4 -> {
                    Buffer buffer = Buffer.allocate(step.size);
                    mark(buffer);
                    mine.add(buffer);
                }
                case 5, 6 -> {
                    if (!mine.isEmpty()) {
                        Buffer buffer = mine.remove(step.pick % mine.size());
                        buffer.release();
                        assertFalse(buffer.isOpen());
                    }
                }
                case 7 -> keep(step, mine);
                case 8 -> {
                    scopes.push(Scope.open("scope " + scopes.size()));
                    owned.push(new ArrayList<>());
                }
                default -> close();
            }
        }

        private void keep(Step step, List<Buffer> mine) {
            if (!scopes.isEmpty() && !mine.isEmpty()) {
                Buffer buffer = mine.remove(step.pick % mine.size());
                scopes.getFirst().keep(buffer);
                List<Buffer> inner = owned.pop();
                owned.getFirst().add(buffer);
                owned.push(inner);
            }
        }

        private void close() {
            if (!scopes.isEmpty()) {
                scopes.pop().close();
                owned.pop().forEach(buffer -> assertFalse(buffer.isOpen()));
            }
        }

        /** Writes the buffer's address to both its ends, where an overlapping one would destroy it. */
        private static void mark(Buffer buffer) {
            var segment = buffer.segment();
            segment.set(ValueLayout.JAVA_LONG, 0, segment.address());
            segment.set(ValueLayout.JAVA_LONG, segment.byteSize() - 8, segment.address());
        }

        void check() {
            var byAddress = new TreeMap<Long, Buffer>();
            for (List<Buffer> buffers : owned) {
                for (Buffer buffer : buffers) {
                    var segment = buffer.segment();
                    assertEquals(segment.address(), segment.get(ValueLayout.JAVA_LONG, 0));
                    assertEquals(segment.address(), segment.get(ValueLayout.JAVA_LONG, segment.byteSize() - 8));
                    byAddress.put(segment.address(), buffer);
                }
            }
            long end = 0;
            for (Buffer buffer : byAddress.values()) {
                assertTrue(buffer.segment().address() >= end, "open buffers overlap");
                end = buffer.segment().address() + buffer.segment().byteSize();
            }
        }

        void end() {
            while (!scopes.isEmpty()) {
                close();
            }
            owned.getFirst().forEach(Buffer::release);
        }
    }
}
