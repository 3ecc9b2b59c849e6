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

    private final Reduction reduction;
    private final Backend backend;
    private final CodeBuilder code;
    private final TypeKind kind;
    private final long width;
    private final long registerBytes;
    private final int[] sums;
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
        this.sums = new int[lanes(backend.dtype()) / backend.lanes()];
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
        Arrays.setAll(sums, k -> code.allocateLocal(kind));
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

    private void writeRows(int groupBytes, int rest) {
        int row = local(code::lconst_0);
        Label next = code.newBoundLabel();
        for (int sum : sums) {
            code.loadLocal(kind, identity).storeLocal(kind, sum);
        }
        writeGroups(groupBytes);
        writeRest(rest);
        writeTree();
        code.lload(FROM_OFFSET).lload(FROM_ROW).ladd().lstore(FROM_OFFSET);
        code.lload(TO_OFFSET).lload(TO_ROW).ladd().lstore(TO_OFFSET);
        code.lload(row).lconst_1().ladd().dup2().lstore(row);
        code.lload(ROWS).lcmp().iflt(next);
    }

    /**
     * All virtual lanes at once, as long as there are elements for all; like the columns of a map, never zero times.
     */
    private void writeGroups(int groupBytes) {
        int end = local(() -> code.lload(FROM_OFFSET).lload(groupBytes).ladd());
        int group = local(() -> code.lload(FROM_OFFSET));
        Label none = code.newLabel();
        code.lload(groupBytes).lconst_0().lcmp().ifle(none);
        Label next = code.newBoundLabel();
        for (int k = 0; k < sums.length; k++) {
            long ahead = k * registerBytes;
            code.lload(group).loadConstant(ahead).ladd().lstore(position);
            takeIn(k);
        }
        code.lload(group)
                .loadConstant(sums.length * registerBytes)
                .ladd()
                .dup2()
                .lstore(group);
        code.lload(end).lcmp().iflt(next);
        code.labelBinding(none);
        code.lload(group).lstore(position);
    }

    private void takeIn(int k) {
        backend.load(code, new Address(FROM, position, -1));
        pushSum(k);
        backend.combine(code, reduction.opcode());
        code.storeLocal(kind, sums[k]);
    }

    /** What is left for the first virtual lanes: some registers, the last of them in part. */
    private void writeRest(int rest) {
        Label done = code.newLabel();
        for (int k = 0; k < sums.length; k++) {
            Label part = code.newLabel();
            Label next = code.newLabel();
            code.lload(rest).loadConstant((k + 1L) * backend.lanes()).lcmp().iflt(part);
            takeIn(k);
            code.lload(position)
                    .loadConstant(registerBytes)
                    .ladd()
                    .lstore(position)
                    .goto_(next);
            code.labelBinding(part);
            if (backend.lanes() > 1) {
                takeInPart(k, rest, done);
            }
            code.goto_(done);
            code.labelBinding(next);
        }
        code.labelBinding(done);
    }

    private void takeInPart(int k, int rest, Label done) {
        code.lload(rest).loadConstant((long) k * backend.lanes()).lcmp().ifle(done);
        int part = code.allocateLocal(TypeKind.REFERENCE);
        backend.loadPart(code, new Address(FROM, position, -1), mask);
        code.astore(part);
        backend.blend(code, part, identity, mask);
        pushSum(k);
        backend.combine(code, reduction.opcode());
        code.astore(sums[k]);
    }

    /** A register that goes round a loop: C2 has to be told its class. */
    private void pushSum(int k) {
        code.loadLocal(kind, sums[k]);
        backend.exact(code);
    }

    private void writeTree() {
        for (int half = sums.length / 2; half > 0; half /= 2) {
            for (int k = 0; k < half; k++) {
                pushSum(k);
                pushSum(k + half);
                backend.combine(code, reduction.opcode());
                code.storeLocal(kind, sums[k]);
            }
        }
        for (int i = shuffles.length - 1; i >= 0; i--) {
            pushSum(0);
            backend.rearrange(code, sums[0], shuffles[i]);
            backend.combine(code, reduction.opcode());
            code.astore(sums[0]);
        }
        TypeKind numberKind = Elements.kind(backend.dtype());
        int number = code.allocateLocal(numberKind);
        code.loadLocal(kind, sums[0]);
        backend.firstLane(code);
        code.storeLocal(numberKind, number);
        Elements.store(code, backend.dtype(), new Address(TO, TO_OFFSET, -1), number);
    }
}
