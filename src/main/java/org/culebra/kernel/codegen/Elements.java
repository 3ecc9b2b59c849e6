package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import org.culebra.kernel.codegen.Backend.Address;
import org.culebra.memory.DType;

/** Single elements in bytecode: how each dtype is loaded, stored and converted. */
final class Elements {
    static final ClassDesc SEGMENT = ClassDesc.of(MemorySegment.class.getName());
    private static final ClassDesc LAYOUT = ClassDesc.of(ValueLayout.class.getName());
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");

    private Elements() {}

    /** What an element is on the operand stack; u8 and bool are ints there. */
    static ClassDesc primitive(DType dtype) {
        return switch (dtype) {
            case F32 -> CD_float;
            case F64 -> CD_double;
            case I32, U8, BOOL -> CD_int;
            case I64 -> CD_long;
        };
    }

    /** The same as a kind of local variable. */
    static TypeKind kind(DType dtype) {
        return TypeKind.from(primitive(dtype));
    }

    /** Pushes the element at an address. */
    static void load(CodeBuilder code, DType dtype, Address address) {
        Access access = Access.of(dtype);
        code.aload(address.segment()).getstatic(LAYOUT, access.field, access.layout);
        address.pushOffset(code);
        code.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(access.type, access.layout, CD_long));
        if (dtype == DType.U8) {
            code.loadConstant(0xFF).iand();
        }
    }

    /** Writes the local variable {@code value} to an address; of an int, the low byte to u8 and bool. */
    static void store(CodeBuilder code, DType dtype, Address address, int value) {
        Access access = Access.of(dtype);
        code.aload(address.segment()).getstatic(LAYOUT, access.field, access.layout);
        address.pushOffset(code);
        code.loadLocal(kind(dtype), value);
        if (access.type.equals(CD_byte)) {
            code.i2b();
        }
        code.invokeinterface(SEGMENT, "set", MethodTypeDesc.of(CD_void, access.layout, CD_long, access.type));
    }

    /** The constant of {@link ValueLayout} that reads a dtype, its class, and the Java type. */
    private record Access(String field, ClassDesc layout, ClassDesc type) {
        static Access of(DType dtype) {
            return switch (dtype) {
                case F32 -> of("JAVA_FLOAT", "OfFloat", CD_float);
                case F64 -> of("JAVA_DOUBLE", "OfDouble", CD_double);
                case I32 -> of("JAVA_INT", "OfInt", CD_int);
                case I64 -> of("JAVA_LONG", "OfLong", CD_long);
                case U8, BOOL -> of("JAVA_BYTE", "OfByte", CD_byte);
            };
        }

        private static Access of(String field, String layout, ClassDesc type) {
            return new Access(field, LAYOUT.nested(layout), type);
        }
    }

    /**
     * Converts the element on the stack as Java casts do: {@code (int) x} from floating to 32 bits and, of that, the
     * low byte
     * to u8; to bool 1 if it is not 0 (so NaN is true).
     */
    static void convert(CodeBuilder code, DType from, DType to) {
        if (from == to || (from == DType.BOOL && to == DType.U8)) {
            return;
        }
        if (to == DType.BOOL) {
            toBool(code, from);
            return;
        }
        if (kind(from) != kind(to)) {
            code.conversion(kind(from), kind(to));
        }
        if (to == DType.U8) {
            code.loadConstant(0xFF).iand();
        }
    }

    private static void toBool(CodeBuilder code, DType from) {
        switch (from) {
            case F32 -> code.fconst_0().fcmpl();
            case F64 -> code.dconst_0().dcmpl();
            case I64 -> code.lconst_0().lcmp();
            default -> {}
        }
        Label zero = code.newLabel();
        Label end = code.newLabel();
        code.ifeq(zero).iconst_1().goto_(end);
        code.labelBinding(zero).iconst_0().labelBinding(end);
    }

    /** A call of {@link Math} on {@code arity} operands of one type. */
    static void math(CodeBuilder code, String name, ClassDesc type, int arity) {
        code.invokestatic(MATH, name, MethodTypeDesc.of(type, Collections.nCopies(arity, type)));
    }

    /** Pushes a constant, given as a double's raw bits (floating) or as the integer itself. */
    static void pushConstant(CodeBuilder code, DType dtype, long immediate) {
        switch (dtype) {
            case F32 -> code.loadConstant((float) Double.longBitsToDouble(immediate));
            case F64 -> code.loadConstant(Double.longBitsToDouble(immediate));
            case I64 -> code.loadConstant(immediate);
            case I32, U8, BOOL -> code.loadConstant((int) immediate);
        }
    }

    /** Rounds or truncates a double to a number of the dtype. */
    static void fromDouble(CodeBuilder code, DType dtype) {
        if (dtype != DType.F64) {
            code.conversion(TypeKind.DOUBLE, kind(dtype));
        }
    }
}
