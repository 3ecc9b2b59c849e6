package org.culebra.kernel.codegen;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Advice to the JIT compilers of this process, given through the {@code DiagnosticCommand} MBean.
 *
 * <p>C1 inlines the Vector API by force and gives up on a method with some 24 live vectors; if that happens after the
 * method
 * got tier 2 code it never reaches C2, and stays slow by a factor of seventy for the life of the process. A class that
 * C1 must
 * not touch goes from the interpreter to C2 directly.
 */
public final class CompilerDirectives {
    private static final Logger LOG = System.getLogger(CompilerDirectives.class.getName());
    private static final Set<String> EXCLUDED = new HashSet<>();

    private CompilerDirectives() {}

    /**
     * Keeps C1 away from every method of the classes whose name starts with {@code prefix}. Call it before such a
     * class runs; the
     * first call takes some 0.2 s. Where the MBean is missing (another JVM) nothing happens but a debug message.
     *
     * @param prefix start of a binary class name with dots; hidden classes count under the name they were written with
     */
    public static synchronized void excludeFromC1(String prefix) {
        if (!EXCLUDED.add(prefix)) {
            return;
        }
        try {
            String match = prefix.replace('.', '/') + "*.*";
            add("[{match: [\"" + match + "\"], c1: {Exclude: true}}]");
        } catch (IOException | JMException | RuntimeException e) {
            LOG.log(Level.DEBUG, "C1 cannot be kept away from " + prefix, e);
        }
    }

    private static void add(String directives) throws IOException, JMException {
        Path file = Files.createTempFile("culebra", ".json");
        try {
            Files.writeString(file, directives);
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "compilerDirectivesAdd",
                            new Object[] {new String[] {file.toString()}},
                            new String[] {String[].class.getName()});
        } finally {
            Files.delete(file);
        }
    }
}
