package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;

/** A contiguous row-major array in native memory, from element {@code offset} on. */
public record Operand(MemorySegment segment, long offset) {}
