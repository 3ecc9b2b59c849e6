package org.culebra.kernel.gemm;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What was prepared for some sizes, for the next step that has the same. All is dropped when there is too much of it. */
final class Kept<K, V> {
    private static final int LIMIT = 512;

    private final ConcurrentHashMap<K, V> values = new ConcurrentHashMap<>();

    /** What is kept for {@code key}, made now if need be. */
    V get(K key, Function<K, V> maker) {
        V known = values.get(key);
        if (known != null) {
            return known;
        }
        if (values.size() >= LIMIT) {
            values.clear();
        }
        return values.computeIfAbsent(key, maker);
    }
}
