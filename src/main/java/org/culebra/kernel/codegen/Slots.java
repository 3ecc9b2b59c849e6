package org.culebra.kernel.codegen;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Local variables handed out to values and taken back after their last use, so that large programs stay within short
 * opcodes.
 */
final class Slots {
    private final CodeBuilder code;
    private final Map<TypeKind, ArrayDeque<Integer>> free = new EnumMap<>(TypeKind.class);
    private final Map<Integer, Held> held = new HashMap<>();

    Slots(CodeBuilder code) {
        this.code = code;
    }

    private record Held(TypeKind kind, int slot) {}

    /** A local variable for {@code value}. */
    int take(int value, TypeKind kind) {
        ArrayDeque<Integer> sameKind = free.computeIfAbsent(kind, k -> new ArrayDeque<>());
        int slot = sameKind.isEmpty() ? code.allocateLocal(kind) : sameKind.pop();
        held.put(value, new Held(kind, slot));
        return slot;
    }

    /** Takes a value's local variable back; once is enough. */
    void release(int value) {
        Held gone = held.remove(value);
        if (gone != null) {
            free.computeIfAbsent(gone.kind, k -> new ArrayDeque<>()).push(gone.slot);
        }
    }
}
