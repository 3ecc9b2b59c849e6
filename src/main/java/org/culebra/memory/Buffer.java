package org.culebra.memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A block of memory outside the Java heap, aligned to 64 bytes and padded to a multiple of 64 bytes.
 *
 * <p>It is open until its owner ends it: the scope that was current when it was made, when that closes, or the garbage
 * collector, when nothing refers to the buffer any more, or anybody who knows that it is a temporary, by {@link #release()}.
 *
 * <p><b>A buffer must be reachable while its segment is in use</b>: the segment does not keep it alive, and the memory of a
 * buffer that the garbage collector took may be used again. Whoever works on {@link #segment()} in a method that does not
 * use the buffer afterwards ends with {@link Reference#reachabilityFence}{@code (buffer)}.
 */
public final class Buffer {
    private static final VarHandle SEGMENT;

    static {
        try {
            SEGMENT = MethodHandles.lookup().findVarHandle(Buffer.class, "segment", MemorySegment.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long byteSize;
    private final Block block;

    /** Null once the buffer is closed; whoever makes it null gives the block back. */
    private volatile @Nullable MemorySegment segment;

    /** The owner, or who it was; null for the garbage collector. */
    private @Nullable Scope scope;

    /** The neighbours among the buffers of the scope. */
    @Nullable
    Buffer previous;

    @Nullable
    Buffer next;

    /** The number that the scope gave it: larger for what came later. */
    long serial;

    private boolean released;
    private int version;

    private Buffer(long byteSize, Block block, MemorySegment segment, @Nullable Scope scope) {
        this.byteSize = byteSize;
        this.block = block;
        this.segment = segment;
        this.scope = scope;
    }

    /**
     * A new buffer of the current scope, or of the garbage collector if there is none. What is in it is arbitrary.
     *
     * @param byteSize 0 or more
     * @throws MemoryLimitException if there is no memory below the limit
     * @throws IllegalArgumentException if the size is negative
     */
    public static Buffer allocate(long byteSize) {
        if (byteSize < 0) {
            throw new IllegalArgumentException("a buffer cannot have " + byteSize + " bytes");
        }
        Scope scope = Scope.current();
        if (scope == null) {
            Collected.takeBack();
        }
        Block block = Pool.take(byteSize);
        Buffer buffer = new Buffer(byteSize, block, block.slice(padded(byteSize)), scope);
        if (scope == null) {
            Collected.adopt(buffer, block);
        } else {
            scope.add(buffer);
        }
        return buffer;
    }

    private static long padded(long byteSize) {
        return Math.max(Heap.GRANULE, (byteSize + Heap.GRANULE - 1) & -Heap.GRANULE);
    }

    /**
     * The memory: native, aligned to 64 bytes, {@link #byteSize()} rounded up to a multiple of 64 bytes (and 64 for a buffer of
     * none), so that vectors may be read and written up to the end of the padding. Read the note above on reachability.
     *
     * @throws IllegalStateException if the buffer is closed; names the scope it belonged to
     */
    public MemorySegment segment() {
        MemorySegment known = segment;
        if (known == null) {
            throw new IllegalStateException(describe() + ": " + fate());
        }
        return known;
    }

    private String fate() {
        Scope owner = scope;
        if (released) {
            return "it was released" + (owner == null ? "" : " in scope '" + owner.name() + "'");
        }
        return owner == null ? "it was closed" : "its scope '" + owner.name() + "' was closed";
    }

    /** True until the owner ends it. */
    public boolean isOpen() {
        return segment != null;
    }

    /** The size that was asked for. */
    public long byteSize() {
        return byteSize;
    }

    /** How often the content was changed after it was first written. */
    public int version() {
        return version;
    }

    /** Counts a change of the content. */
    public void modified() {
        version++;
    }

    /**
     * Gives the memory back before the scope or the garbage collector does. For the one who made the buffer and knows that nobody
     * else uses it. The second time it does nothing.
     */
    public void release() {
        try {
            if (end()) {
                released = true;
                Scope owner = scope;
                if (owner == null) {
                    Collected.disown(block);
                } else {
                    owner.remove(this);
                }
                Pool.giveBack(block);
            }
        } finally {
            // Or else the collector could take the buffer, and give back its block, before disown() does its part.
            Reference.reachabilityFence(this);
        }
    }

    /** Called by the scope that owns the buffer, when it closes. */
    void closeWithScope() {
        if (end()) {
            Pool.giveBack(block);
        }
    }

    /** Marks the buffer closed; true for the one caller who did it. */
    private boolean end() {
        return segment != null && SEGMENT.getAndSet(this, (MemorySegment) null) != null;
    }

    @Nullable
    Scope scope() {
        return scope;
    }

    /** Makes another scope the owner, or the garbage collector. */
    void moveTo(@Nullable Scope newOwner) {
        scope = newOwner;
        if (newOwner == null) {
            Collected.adopt(this, block);
        } else {
            newOwner.add(this);
        }
    }

    /** The bytes taken from the pool. */
    long heldBytes() {
        return block.size;
    }

    private String describe() {
        return "buffer of " + Bytes.exact(byteSize);
    }

    @Override
    public String toString() {
        return describe() + (isOpen() ? "" : ", closed");
    }
}
