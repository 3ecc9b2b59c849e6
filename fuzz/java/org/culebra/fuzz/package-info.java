/**
 * Coverage-guided fuzzing of whatever reads files.
 *
 * <p>Jazzer does it, for each {@link org.culebra.fuzz.Target} in a JVM of its own, because it changes the classes it is to be guided
 * by: it marks the branches of the readers, and keeps a mutated file that reaches new ones to mutate it further; what the readers
 * compare the bytes with, it puts into them. The targets lie beside their readers, in classes named {@code …Fuzz}. {@link
 * org.culebra.fuzz.ReaderProperties} starts them with the tests, for a few seconds each, {@code mvn test -Pfuzz} for minutes.
 *
 * <p>Where Jazzer finds something, the test fails with what it printed: the exception, and the file that led to it in base 64.
 */
@NullMarked
package org.culebra.fuzz;

import org.jspecify.annotations.NullMarked;
