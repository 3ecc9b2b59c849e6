package org.culebra.kernel.codegen;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.expression.Program.Kind;
import org.culebra.kernel.expression.Program.Value;
import org.culebra.memory.DType;

/** Programs of random steps, in which every opcode occurs sooner or later. */
final class RandomPrograms {
    private final RandomGenerator random;
    private final Program.Builder builder;
    private final List<Value> values = new ArrayList<>();
    private final List<Value> bits = new ArrayList<>();
    private final List<Value> masks = new ArrayList<>();

    private RandomPrograms(RandomGenerator random, DType dtype) {
        this.random = random;
        this.builder = new Program.Builder(dtype);
    }

    /** A program of about so many steps. */
    static Program make(RandomGenerator random, DType dtype, int inputs, int scalars, int outputs, int steps) {
        return new RandomPrograms(random, dtype).make(inputs, scalars, outputs, steps);
    }

    private Program make(int inputs, int scalars, int outputs, int steps) {
        for (int i = 0; i < inputs; i++) {
            values.add(builder.input(i));
        }
        for (int i = 0; i < scalars; i++) {
            values.add(builder.scalar(i));
        }
        values.add(builder.constant(random.nextInt(-3, 4)));
        values.add(builder.constant(builder.dtype().isFloating() ? 0.1 : 7));
        masks.add(builder.lt(pick(values), pick(values)));
        bits.add(builder.bits(random.nextLong()));
        for (int i = 0; i < steps; i++) {
            step();
        }
        List<Value> stored = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            // The last values, so that little is dead code; sometimes the same value twice.
            stored.add(values.get(values.size() - 1 - random.nextInt(3)));
        }
        return builder.build(inputs, scalars, stored);
    }

    private Value pick(List<Value> pool) {
        // Prefer what was made lately: long chains.
        int recent = Math.min(pool.size(), 6);
        return random.nextInt(3) == 0
                ? pool.get(random.nextInt(pool.size()))
                : pool.get(pool.size() - 1 - random.nextInt(recent));
    }

    private void step() {
        switch (random.nextInt(4)) {
            case 0 -> bits.add(bitsStep());
            case 1 -> masks.add(maskStep());
            default -> values.add(valueStep());
        }
    }

    private Value valueStep() {
        Value a = pick(values);
        Value b = pick(values);
        boolean floating = builder.dtype().isFloating();
        return switch (random.nextInt(13)) {
            case 0 -> builder.add(a, b);
            case 1 -> builder.sub(a, b);
            case 2 -> builder.mul(a, b);
            case 3 -> floating ? builder.div(a, b) : builder.div(a, builder.constant(3));
            case 4 -> builder.min(a, b);
            case 5 -> builder.max(a, b);
            case 6 -> builder.neg(a);
            case 7 -> builder.abs(a);
            case 8 -> floating ? builder.sqrt(a) : builder.sub(a, b);
            case 9 -> floating ? builder.fma(a, b, pick(values)) : builder.mul(a, b);
            case 10 -> floating ? builder.far(a, random.nextInt(5)) : builder.max(a, b);
            case 11 -> builder.select(pick(masks), a, b);
            default -> builder.fromBits(pick(bits));
        };
    }

    private Value maskStep() {
        Value a = pick(values);
        Value b = pick(values);
        return switch (random.nextInt(7)) {
            case 0 -> builder.lt(a, b);
            case 1 -> builder.le(a, b);
            case 2 -> builder.eq(a, b);
            case 3 -> builder.ne(a, b);
            case 4 -> builder.and(pick(masks), pick(masks));
            case 5 -> builder.or(pick(masks), pick(masks));
            default -> builder.not(pick(masks));
        };
    }

    private Value bitsStep() {
        Value a = pick(bits);
        Value b = pick(bits);
        int count = random.nextInt(1, 31);
        return switch (random.nextInt(10)) {
            case 0 -> builder.bitsAdd(a, b);
            case 1 -> builder.bitsSub(a, b);
            case 2 -> builder.and(a, b);
            case 3 -> builder.or(a, b);
            case 4 -> builder.xor(a, b);
            case 5 -> builder.shiftLeft(a, count);
            case 6 -> builder.shiftRight(a, count);
            case 7 -> builder.shiftRightUnsigned(a, count);
            case 8 -> builder.bits(random.nextLong());
            default -> toBits(pick(values));
        };
    }

    /** Which bits a NaN has is not specified: none may get into the arithmetic of bits. */
    private Value toBits(Value value) {
        if (!builder.dtype().isFloating()) {
            return builder.toBits(value);
        }
        return builder.toBits(builder.select(builder.eq(value, value), value, builder.constant(1.5)));
    }

    /** All kinds of program values, to make sure that a test meets each. */
    static boolean has(Program program, Kind kind) {
        return program.instructions().stream().anyMatch(step -> step.opcode().result() == kind);
    }
}
