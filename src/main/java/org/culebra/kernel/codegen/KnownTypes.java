package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorSpecies;

/**
 * Casts that tell C2 a class which Java's types do not say: that a segment is native, and of which width a vector is.
 *
 * <p>Otherwise C2 believes the profiles of methods that the whole process shares, or what it finds out while it inlines. Whoever
 * stores vectors in arrays (the Vector API itself does, as long as its reinterpreting of lanes is interpreted) makes it prepare
 * for arrays everywhere, with barriers between accesses and vectors as objects on the heap; a profile that is not mature yet
 * leaves the Vector API's checks in the loop, with the same effect. It cost a tenth of the time of a training step, and 500 kB of
 * garbage.
 */
public final class KnownTypes {
    /** The class of native segments; mapped ones have a subclass. */
    public static final Class<?> NATIVE = MemorySegment.NULL.getClass();

    private static final ClassDesc SELF = KnownTypes.class.describeConstable().orElseThrow();
    private static final ClassDesc SPECIES =
            VectorSpecies.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc CAST = MethodTypeDesc.of(CD_Object, CD_Object);

    private KnownTypes() {}

    /**
     * The segment itself, which is native.
     *
     * @throws ClassCastException if it is on the heap
     */
    public static MemorySegment nativeSegment(MemorySegment segment) {
        return (MemorySegment) NATIVE.cast(segment);
    }

    /** Writes {@code local = nativeSegment(local)}. */
    public static void nativeSegment(CodeBuilder code, int local) {
        code.getstatic(SELF, "NATIVE", CD_Class)
                .aload(local)
                .invokevirtual(CD_Class, "cast", CAST)
                .checkcast(Elements.SEGMENT)
                .astore(local);
    }

    /**
     * Casts the vector on the stack to the final class for its width.
     *
     * @param vector FloatVector, DoubleVector, …
     */
    public static void vector(CodeBuilder code, ClassDesc vector, int bits) {
        code.getstatic(vector, "SPECIES_" + bits, SPECIES)
                .invokeinterface(SPECIES, "vectorType", MethodTypeDesc.of(CD_Class))
                .swap()
                .invokevirtual(CD_Class, "cast", CAST)
                .checkcast(vector);
    }
}
