/**
 * How an expression becomes a loop: bytecode written with {@link java.lang.classfile}.
 */
@NullMarked
package org.culebra.kernel.codegen;

import org.jspecify.annotations.NullMarked;
