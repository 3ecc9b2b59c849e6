package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.codegen.Backend.Address;
import org.culebra.kernel.expression.Program.Kind;
import org.culebra.memory.DType;

/**
 * Writes a {@link FoldLoop}.
 *
 * <p>Element j of a row goes to virtual lane j mod {@link #lanes}; in the end lane i takes in lane i + n/2, then i +
 * n/4, and so
 * on. A register holds some of the virtual lanes, so that the order of additions does not depend on its width.
 */
final class FoldWriter {
    private static final MethodTypeDesc RUN = MethodTypeDesc.of(
            CD_void, Elements.SEGMENT, CD_long, CD_long, Elements.SEGMENT, CD_long, CD_long, CD_long, CD_long);
    private static final int FROM = 1;
    private static final int FROM_OFFSET = 2;
    private static final int FROM_ROW = 4;
    private static final int TO = 6;
    private static final int TO_OFFSET = 7;
    private static final int TO_ROW = 9;
    private static final int ROWS = 11;
    private static final int COLUMNS = 13;

    /** Where there are 16 registers, half of them. */
    private static final int MOST_SUMS = 8;

    private static final int MOST_TOGETHER = 4;

    private final Reduction reduction;
    private final Backend backend;
    private final CodeBuilder code;
    private final TypeKind kind;
    private final long width;
    private final long registerBytes;
    /** Rows that are reduced side by side: memory is read in as many streams, and none waits for another's additions. */
    private final int together;
    /** Per row of those and register. */
    private final int[][] sums;

    private final int[] shuffles;
    private int identity;
    private int mask;
    private int position;

    private FoldWriter(Reduction reduction, Backend backend, CodeBuilder code) {
        this.reduction = reduction;
        this.backend = backend;
        this.code = code;
        this.kind = backend.local(Kind.VALUE);
        this.width = backend.dtype().byteSize();
        this.registerBytes = backend.lanes() * width;
        int registers = lanes(backend.dtype()) / backend.lanes();
        this.together = together(backend.dtype(), backend.lanes());
        this.sums = new int[together][registers];
        this.shuffles = new int[Integer.numberOfTrailingZeros(backend.lanes())];
    }

    /** Virtual lanes. Integers may be added in any order; theirs is a number that scalar code likes. */
    static int lanes(DType dtype) {
        return switch (dtype) {
            case F32 -> 32;
            case F64 -> 16;
            default -> 8;
        };
    }

    /** How many rows are reduced side by side on registers of so many lanes. */
    static int together(DType dtype, int lanes) {
        return lanes == 1 ? 1 : Math.clamp(MOST_SUMS * (long) lanes / lanes(dtype), 1, MOST_TOGETHER);
    }

    /** The loop; {@code bits} is the width of the vectors, or 0 for the scalar twin. */
    static FoldLoop write(Reduction reduction, DType dtype, int bits) {
        Backend backend = Backend.of(dtype, bits);
        return HiddenClasses.define(
                FoldLoop.class,
                backend.prefix() + "Fold",
                "run",
                RUN,
                code -> new FoldWriter(reduction, backend, code).write());
    }

    private void write() {
        KnownTypes.nativeSegment(code, FROM);
        KnownTypes.nativeSegment(code, TO);
        for (int slot : new int[] {FROM_OFFSET, FROM_ROW, TO_OFFSET, TO_ROW}) {
            code.lload(slot).loadConstant(width).lmul().lstore(slot);
        }
        for (int[] row : sums) {
            Arrays.setAll(row, k -> code.allocateLocal(kind));
        }
        identity = code.allocateLocal(kind);
        backend.splat(code, () -> Elements.pushConstant(code, backend.dtype(), reduction.identity(backend.dtype())));
        code.storeLocal(kind, identity);
        position = code.allocateLocal(TypeKind.LONG);
        int groups = local(() ->
                code.lload(COLUMNS).loadConstant((long) -lanes(backend.dtype())).land());
        int rest = local(() -> code.lload(COLUMNS).lload(groups).lsub());
        int groupBytes = local(() -> code.lload(groups).loadConstant(width).lmul());
        if (backend.lanes() > 1) {
            writeMaskAndShuffles(rest);
        }
        writeRows(groupBytes, rest);
        code.return_();
    }

    private int local(Runnable push) {
        int slot = code.allocateLocal(TypeKind.LONG);
        push.run();
        code.lstore(slot);
        return slot;
    }

    private void writeMaskAndShuffles(int rest) {
        int part = local(
                () -> code.lload(rest).loadConstant((long) backend.lanes() - 1).land());
        mask = code.allocateLocal(TypeKind.REFERENCE);
        backend.partMask(code, part);
        code.astore(mask);
        for (int i = 0; i < shuffles.length; i++) {
            shuffles[i] = code.allocateLocal(TypeKind.REFERENCE);
            backend.shuffle(code, 1 << i);
            code.astore(shuffles[i]);
        }
    }

    /** Bands of rows side by side, then those that are left one by one. There is one row at least. */
    private void writeRows(int groupBytes, int rest) {
        int row = local(code::lconst_0);
        Label done = code.newLabel();
        if (together > 1) {
            int end = local(() -> code.lload(ROWS).loadConstant(together - 1L).lsub());
            Label single = code.newLabel();
            code.lload(row).lload(end).lcmp().ifge(single);
            Label next = code.newBoundLabel();
            writeBand(together, groupBytes, rest, row);
            code.lload(row).lload(end).lcmp().iflt(next);
            code.lload(row).lload(ROWS).lcmp().ifge(done);
            code.labelBinding(single);
        }
        Label next = code.newBoundLabel();
        writeBand(1, groupBytes, rest, row);
        code.lload(row).lload(ROWS).lcmp().iflt(next);
        code.labelBinding(done);
    }

    private void writeBand(int rows, int groupBytes, int rest, int row) {
        int[] from = offsets(FROM_OFFSET, FROM_ROW, rows);
        int[] to = offsets(TO_OFFSET, TO_ROW, rows);
        for (int i = 0; i < rows; i++) {
            for (int sum : sums[i]) {
                code.loadLocal(kind, identity).storeLocal(kind, sum);
            }
        }
        code.lconst_0().lstore(position);
        writeGroups(from, groupBytes);
        writeRest(from, rest);
        for (int i = 0; i < rows; i++) {
            writeTree(sums[i], to[i]);
        }
        code.lload(from[rows - 1]).lload(FROM_ROW).ladd().lstore(FROM_OFFSET);
        code.lload(to[rows - 1]).lload(TO_ROW).ladd().lstore(TO_OFFSET);
        code.lload(row).loadConstant((long) rows).ladd().lstore(row);
    }

    /** Where each row of a band begins. */
    private int[] offsets(int first, int step, int rows) {
        int[] offsets = new int[rows];
        for (int i = 0; i < rows; i++) {
            int before = i == 0 ? -1 : offsets[i - 1];
            offsets[i] = local(() -> {
                if (before < 0) {
                    code.lload(first);
                } else {
                    code.lload(before).lload(step).ladd();
                }
            });
        }
        return offsets;
    }

    /**
     * All virtual lanes at once, as long as there are elements for all; like the columns of a map, never zero times.
     */
    private void writeGroups(int[] from, int groupBytes) {
        Label none = code.newLabel();
        code.lload(groupBytes).lconst_0().lcmp().ifle(none);
        Label next = code.newBoundLabel();
        for (int k = 0; k < sums[0].length; k++) {
            for (int i = 0; i < from.length; i++) {
                takeIn(from[i], sums[i][k]);
            }
            code.lload(position).loadConstant(registerBytes).ladd().lstore(position);
        }
        code.lload(position).lload(groupBytes).lcmp().iflt(next);
        code.labelBinding(none);
    }

    private void takeIn(int from, int sum) {
        backend.load(code, new Address(FROM, from, position));
        pushSum(sum);
        backend.combine(code, reduction.opcode());
        code.storeLocal(kind, sum);
    }

    /** What is left for the first virtual lanes: some registers, the last of them in part. */
    private void writeRest(int[] from, int rest) {
        Label done = code.newLabel();
        for (int k = 0; k < sums[0].length; k++) {
            Label part = code.newLabel();
            Label next = code.newLabel();
            code.lload(rest).loadConstant((k + 1L) * backend.lanes()).lcmp().iflt(part);
            for (int i = 0; i < from.length; i++) {
                takeIn(from[i], sums[i][k]);
            }
            code.lload(position)
                    .loadConstant(registerBytes)
                    .ladd()
                    .lstore(position)
                    .goto_(next);
            code.labelBinding(part);
            if (backend.lanes() > 1) {
                code.lload(rest).loadConstant((long) k * backend.lanes()).lcmp().ifle(done);
                for (int i = 0; i < from.length; i++) {
                    takeInPart(from[i], sums[i][k]);
                }
            }
            code.goto_(done);
            code.labelBinding(next);
        }
        code.labelBinding(done);
    }

    private void takeInPart(int from, int sum) {
        int part = code.allocateLocal(TypeKind.REFERENCE);
        backend.loadPart(code, new Address(FROM, from, position), mask);
        code.astore(part);
        backend.blend(code, part, identity, mask);
        pushSum(sum);
        backend.combine(code, reduction.opcode());
        code.astore(sum);
    }

    /** A register that goes round a loop: C2 has to be told its class. */
    private void pushSum(int sum) {
        code.loadLocal(kind, sum);
        backend.exact(code);
    }

    /** Reduces the registers of a row to a number and writes it. */
    private void writeTree(int[] registers, int to) {
        for (int half = registers.length / 2; half > 0; half /= 2) {
            for (int k = 0; k < half; k++) {
                pushSum(registers[k]);
                pushSum(registers[k + half]);
                backend.combine(code, reduction.opcode());
                code.storeLocal(kind, registers[k]);
            }
        }
        for (int i = shuffles.length - 1; i >= 0; i--) {
            pushSum(registers[0]);
            backend.rearrange(code, registers[0], shuffles[i]);
            backend.combine(code, reduction.opcode());
            code.astore(registers[0]);
        }
        TypeKind numberKind = Elements.kind(backend.dtype());
        int number = code.allocateLocal(numberKind);
        code.loadLocal(kind, registers[0]);
        backend.firstLane(code);
        code.storeLocal(numberKind, number);
        Elements.store(code, backend.dtype(), new Address(TO, to, -1), number);
    }
}
