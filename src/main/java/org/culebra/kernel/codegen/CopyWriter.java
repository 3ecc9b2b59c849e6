package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import org.culebra.kernel.codegen.Backend.Address;
import org.culebra.memory.DType;

/** Writes a {@link CopyLoop}: plain scalar code, which C2 makes vectors of where both sides are contiguous. */
final class CopyWriter {
    private static final MethodTypeDesc RUN = MethodTypeDesc.of(
            CD_void,
            Elements.SEGMENT,
            CD_long,
            CD_long,
            CD_long,
            Elements.SEGMENT,
            CD_long,
            CD_long,
            CD_long,
            CD_long,
            CD_long);
    private static final int ROWS = 15;
    private static final int COLUMNS = 17;

    private final CodeBuilder code;

    private CopyWriter(CodeBuilder code) {
        this.code = code;
    }

    /**
     * The loop from one dtype to another.
     *
     * @param unitFrom the source's column stride is 1
     * @param unitTo the target's column stride is 1
     */
    static CopyLoop write(DType from, DType to, boolean unitFrom, boolean unitTo) {
        return HiddenClasses.define(
                CopyLoop.class,
                "ScalarLoopCopy",
                "run",
                RUN,
                code -> new CopyWriter(code).write(new Side(from, 1, unitFrom), new Side(to, 8, unitTo)));
    }

    /**
     * One of the two arrays; its segment, offset and strides are the parameters from local variable {@code first} on.
     */
    private record Side(DType dtype, int first, boolean unit) {
        int offset() {
            return first + 1;
        }

        int row() {
            return first + 3;
        }

        int column() {
            return first + 5;
        }

        /** Turns a parameter from elements to bytes. */
        void toBytes(CodeBuilder code, int slot) {
            code.lload(slot).loadConstant((long) dtype.byteSize()).lmul().lstore(slot);
        }
    }

    private void write(Side from, Side to) {
        for (Side side : new Side[] {from, to}) {
            side.toBytes(code, side.offset());
            side.toBytes(code, side.row());
            side.toBytes(code, side.column());
        }
        int row = code.allocateLocal(TypeKind.LONG);
        int column = code.allocateLocal(TypeKind.LONG);
        int value = code.allocateLocal(Elements.kind(to.dtype));
        int fromAddress = code.allocateLocal(TypeKind.LONG);
        int toAddress = code.allocateLocal(TypeKind.LONG);
        loop(row, ROWS, () -> {
            loop(column, COLUMNS, () -> {
                address(from, column, fromAddress);
                address(to, column, toAddress);
                Elements.load(code, from.dtype, new Address(from.first, fromAddress, -1));
                Elements.convert(code, from.dtype, to.dtype);
                code.storeLocal(Elements.kind(to.dtype), value);
                Elements.store(code, to.dtype, new Address(to.first, toAddress, -1), value);
            });
            code.lload(from.offset()).lload(from.row()).ladd().lstore(from.offset());
            code.lload(to.offset()).lload(to.row()).ladd().lstore(to.offset());
        });
        code.return_();
    }

    private void address(Side side, int column, int address) {
        code.lload(side.offset()).lload(column);
        if (side.unit) {
            code.loadConstant((long) side.dtype.byteSize());
        } else {
            code.lload(side.column());
        }
        code.lmul().ladd().lstore(address);
    }

    private void loop(int counter, int limit, Runnable body) {
        code.lconst_0().lstore(counter);
        Label next = code.newBoundLabel();
        Label done = code.newLabel();
        code.lload(counter).lload(limit).lcmp().ifge(done);
        body.run();
        code.lload(counter).lconst_1().ladd().lstore(counter).goto_(next);
        code.labelBinding(done);
    }
}
