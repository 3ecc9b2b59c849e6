package org.culebra.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Sides;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.Scope;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A row of the table, as {@link Table} asks for it: each side in a process of its own, the peer's in the same JVM as ours would be. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
public class RowBench {
    /** Name of the row. */
    @Param("")
    public String row = "";

    /** Threads of both. */
    @Param("1")
    public int threads;

    private @Nullable Sides sides;

    private final Map<String, Supplier<?>> peers = new HashMap<>();

    /** Makes the operands. */
    @Setup(Level.Trial)
    public void prepare() throws Throwable {
        Sides made = Rows.named(row).maker().get();
        made.peers().forEach(name -> peers.put(name, made.peer(name)));
        sides = made;
        torch.set_num_threads(threads);
        OpenBlas.threads(threads); // now that PyTorch is loaded
    }

    /** Ours; what it makes goes back to the pool. */
    @Benchmark
    public void culebra(Blackhole sink) {
        Team.withThreads(threads, () -> {
            try (Scope scope = Scope.open("row")) {
                sink.consume(Objects.requireNonNull(sides).ours().get());
                sink.consume(scope);
            }
        });
    }

    /** PyTorch's, eager. */
    @Benchmark
    public void pyTorch(Blackhole sink) {
        peer("pyTorch", sink);
    }

    /** OpenBLAS's. */
    @Benchmark
    public void openBlas(Blackhole sink) {
        peer("openBlas", sink);
    }

    private void peer(String name, Blackhole sink) {
        try (PointerScope scope = new PointerScope()) {
            sink.consume(Objects.requireNonNull(peers.get(name), name).get());
            sink.consume(scope);
        }
    }
}
