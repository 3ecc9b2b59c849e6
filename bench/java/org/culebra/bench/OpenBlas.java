package org.culebra.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/** The peer for matrix products, called without any copies. */
@SuppressWarnings("restricted") // a downcall
final class OpenBlas {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;

    private static final SymbolLookup LIBRARY = load();
    private static final MethodHandle SGEMM = gemm("cblas_sgemm", JAVA_FLOAT);

    private OpenBlas() {}

    private static SymbolLookup load() {
        Path wrapper = Path.of(Loader.load(openblas.class));
        return SymbolLookup.libraryLookup(wrapper.resolveSibling("libopenblas.so.0"), Arena.global());
    }

    private static MethodHandle gemm(String name, MemoryLayout element) {
        return Linker.nativeLinker()
                .downcallHandle(
                        LIBRARY.find(name).orElseThrow(),
                        FunctionDescriptor.ofVoid(
                                JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, element, ADDRESS, JAVA_INT,
                                ADDRESS, JAVA_INT, element, ADDRESS, JAVA_INT));
    }

    /**
     * The number of threads of the following products, PyTorch's included: it may have loaded a copy of the library of its own, with
     * threads of its own that its settings do not reach.
     */
    static void threads(int count) throws Throwable {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            List<String> copies = maps.map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .filter(path -> path.matches(".*/libopenblas[^/]*"))
                    .distinct()
                    .toList();
            for (String copy : copies) {
                setThreads(SymbolLookup.libraryLookup(Path.of(copy), Arena.global()), count);
            }
        }
        setThreads(LIBRARY, count);
    }

    private static void setThreads(SymbolLookup library, int count) throws Throwable {
        Optional<MemorySegment> function = library.find("openblas_set_num_threads");
        if (function.isPresent()) {
            Linker.nativeLinker()
                    .downcallHandle(function.get(), FunctionDescriptor.ofVoid(JAVA_INT))
                    .invokeExact(count);
        }
    }

    /** C = A·B, row-major; an operand that is transposed lies in memory as its transpose. */
    static void sgemm(
            boolean aTransposed,
            boolean bTransposed,
            int m,
            int n,
            int k,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c) {
        int lda = aTransposed ? m : k;
        int ldb = bTransposed ? k : n;
        try {
            SGEMM.invokeExact(ROW_MAJOR, flag(aTransposed), flag(bTransposed), m, n, k, 1f, a, lda, b, ldb, 0f, c, n);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // C throws nothing
        }
    }

    private static int flag(boolean transposed) {
        return transposed ? TRANSPOSED : PLAIN;
    }
}
