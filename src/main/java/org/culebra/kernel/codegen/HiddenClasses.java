package org.culebra.kernel.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.util.function.Consumer;

/** Classes written at run time: one method, one instance, unloaded when the instance is dropped. */
final class HiddenClasses {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    /** Start of the names of the classes that must not be compiled by C1. */
    static final String VECTOR_CLASSES = HiddenClasses.class.getPackageName() + ".VectorLoop";

    private HiddenClasses() {}

    /**
     * An instance of a new class in this package that implements {@code type}.
     *
     * @param name simple name of the class, for stack traces and compiler directives
     * @param method the one method of {@code type}, with its descriptor and its body
     */
    static <T> T define(
            Class<T> type, String name, String method, MethodTypeDesc descriptor, Consumer<CodeBuilder> body) {
        ClassDesc self = ClassDesc.of(HiddenClasses.class.getPackageName(), name);
        byte[] bytes = ClassFile.of()
                .build(
                        self,
                        builder -> builder.withFlags(
                                        ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC)
                                .withInterfaceSymbols(ClassDesc.of(type.getName()))
                                .withMethodBody(
                                        INIT_NAME,
                                        MTD_void,
                                        0,
                                        code -> code.aload(0)
                                                .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                                .return_())
                                .withMethodBody(method, descriptor, ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL, body));
        try {
            Class<?> hidden = LOOKUP.defineHiddenClass(bytes, true).lookupClass();
            var constructor = hidden.getDeclaredConstructor();
            constructor.setAccessible(true);
            return type.cast(constructor.newInstance());
        } catch (IllegalAccessException
                | InstantiationException
                | NoSuchMethodException
                | InvocationTargetException e) {
            throw new LinkageError("a written class could not be made: " + name, e);
        }
    }
}
