package org.culebra.kernel;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.culebra.kernel.codegen.VectorWidth;
import org.culebra.kernel.gemm.Gemm;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.culebra.memory.Pool;

/** What was detected about this machine, and what was chosen for it: the lines of {@code culebra doctor}. */
public final class Machine {
    private static final String UNKNOWN = "unknown";

    private Machine() {}

    /**
     * Name and value of each finding, in the order in which to show them.
     *
     * @throws IllegalStateException if the Vector API is missing, with the remedy
     */
    public static Map<String, String> describe() {
        VectorModule.require();
        var lines = new LinkedHashMap<String, String>();
        lines.put("jvm", property("java.vm.name") + " " + Runtime.version() + ", " + property("java.vendor"));
        lines.put("machine", property("os.name") + " " + property("os.arch") + ", memory " + memory());
        lines.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        lines.put("vector width", vectors());
        lines.put("fma", fma());
        lines.put(
                "micro-kernel",
                "tiles of " + Gemm.microKernel(DType.F32) + " in f32, " + Gemm.microKernel(DType.F64) + " in f64");
        lines.put("threads", Integer.toString(Team.threads()));
        lines.put("pool", Pool.report().toString().replaceFirst("^pool: ", ""));
        return Collections.unmodifiableMap(lines);
    }

    /** Threads of the kernels, the calling one included. */
    public static int threads() {
        return Team.threads();
    }

    /** Runs {@code action} with another number of threads for the kernels that this thread starts; the bits are the same. */
    public static void withThreads(int threads, Runnable action) {
        Team.withThreads(threads, action);
    }

    private static String vectors() {
        int bits = VectorWidth.bits();
        String lanes = bits + " bits: " + bits / 32 + " lanes of f32, " + bits / 64 + " of f64";
        return bits == VectorWidth.preferredBits()
                ? lanes
                : lanes + " (this machine prefers " + VectorWidth.preferredBits() + " bits)";
    }

    /** Whether the JIT compiler emits fused multiply-add instructions; without them {@code fma} is slow beyond use. */
    private static String fma() {
        try {
            var option = (CompositeData) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                            "getVMOption",
                            new Object[] {"UseFMA"},
                            new String[] {String.class.getName()});
            return "true".equals(option.get("value")) ? "yes" : "no";
        } catch (JMException | RuntimeException e) {
            return UNKNOWN;
        }
    }

    private static String memory() {
        try {
            Object bytes = ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("java.lang:type=OperatingSystem"), "TotalMemorySize");
            return String.format(Locale.ROOT, "%.1f GiB", ((Number) bytes).doubleValue() / (1L << 30));
        } catch (JMException | RuntimeException e) {
            return UNKNOWN;
        }
    }

    private static String property(String name) {
        return System.getProperty(name, UNKNOWN);
    }
}
