package org.culebra.memory;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the buffers that its thread makes while it is the innermost open scope; they end when it closes.
 *
 * <p>Scopes nest: the one opened last is closed first. A scope belongs to the thread that opened it. Other threads may use its
 * buffers while it is open.
 */
public final class Scope implements AutoCloseable {
    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

    private final String name;
    private final Thread thread = Thread.currentThread();
    private @Nullable Scope parent;
    private boolean open = true;

    /** The buffers, newest first. */
    private @Nullable Buffer newest;

    /** How many buffers were ever added. */
    private long added;

    private long bytesHeld;

    private Scope(String name, @Nullable Scope parent) {
        this.name = name;
        this.parent = parent;
    }

    /** Opens a scope for the current thread, inside the one that is current now. The name is for messages. */
    public static Scope open(String name) {
        Scope scope = new Scope(name, CURRENT.get());
        CURRENT.set(scope);
        return scope;
    }

    /** The innermost open scope of this thread, or null: then the garbage collector owns what is made. */
    public static @Nullable Scope current() {
        return CURRENT.get();
    }

    /**
     * Runs {@code block} as if no scope were open: the garbage collector owns the buffers it makes.
     *
     * @throws IllegalStateException if the block opened a scope and did not close it
     */
    public static <T extends @Nullable Object> T outside(Supplier<T> block) {
        Scope saved = CURRENT.get();
        CURRENT.set(null);
        T result;
        Scope left;
        try {
            result = block.get();
        } finally {
            left = CURRENT.get();
            CURRENT.set(saved);
        }
        if (left != null) {
            throw new IllegalStateException(
                    "scope '" + left.name + "' was opened outside all scopes and not closed there");
        }
        return result;
    }

    /**
     * Hands a buffer to the scope around this one, or to the garbage collector if there is none. Does nothing if its owner
     * outlives this scope anyway.
     *
     * @return true if it was handed over
     * @throws IllegalStateException if the buffer or this scope is closed, or belongs to another thread
     */
    public boolean keep(Buffer buffer) {
        requireUsable("keep a buffer in");
        buffer.segment();
        Scope owner = buffer.scope();
        if (owner == null) {
            return false;
        }
        if (owner.thread != thread) {
            throw new IllegalStateException("cannot keep " + buffer + " in scope '" + name + "': its scope '"
                    + owner.name + "' belongs to thread " + owner.thread.getName());
        }
        if (!isInside(owner)) {
            return false;
        }
        owner.remove(buffer);
        buffer.moveTo(parent);
        return true;
    }

    /**
     * A moment to come back to with {@link #release}: what a computation makes on the way can go at once, without a scope of its
     * own for each of the hundreds of computations of a training step.
     */
    public long mark() {
        return added;
    }

    /**
     * Saves a buffer that this scope was given since a mark from a {@link #release} up to now.
     *
     * @return false if it is an older one, or another owner's
     * @throws IllegalStateException if the buffer is closed
     */
    public boolean keepSince(long mark, Buffer buffer) {
        buffer.segment();
        if (buffer.scope() != this || buffer.serial <= mark) {
            return false;
        }
        remove(buffer);
        add(buffer);
        return true;
    }

    /** Releases the buffers that this scope was given after one mark and up to another, but for those that were kept since. */
    public void release(long from, long to) {
        Buffer buffer = newest;
        while (buffer != null && buffer.serial > from) {
            Buffer older = buffer.next;
            if (buffer.serial <= to) {
                buffer.release();
            }
            buffer = older;
        }
    }

    /** True if {@code scope} is this one or was opened inside it. */
    private boolean isInside(Scope scope) {
        for (Scope s = scope; s != null; s = s.parent) {
            if (s == this) {
                return true;
            }
        }
        return false;
    }

    /** Bytes of the pool that the open buffers of this scope occupy. */
    public long bytesHeld() {
        return bytesHeld;
    }

    /** The name given to {@link #open}. */
    public String name() {
        return name;
    }

    /** True until {@link #close()}. */
    public boolean isOpen() {
        return open;
    }

    /** The scope around this one. */
    @Nullable
    Scope parent() {
        return parent;
    }

    /**
     * Ends all buffers of this scope. The second time it does nothing.
     *
     * @throws IllegalStateException if it is not the innermost scope of the current thread; nothing is closed then
     */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        requireUsable("close");
        Scope current = CURRENT.get();
        if (current != this) {
            throw new IllegalStateException("cannot close scope '" + name + "' "
                    + (current == null ? "from outside all scopes" : "before scope '" + current.name + "' inside it"));
        }
        open = false;
        CURRENT.set(parent);
        parent = null;
        Buffer buffer = newest;
        newest = null;
        while (buffer != null) {
            Buffer following = buffer.next;
            // Unlinked, so that one that is still referred to does not keep the others.
            buffer.previous = null;
            buffer.next = null;
            buffer.closeWithScope();
            buffer = following;
        }
        bytesHeld = 0;
    }

    private void requireUsable(String action) {
        if (!open) {
            throw new IllegalStateException("cannot " + action + " scope '" + name + "': it is closed");
        }
        if (thread != Thread.currentThread()) {
            throw new IllegalStateException("cannot " + action + " scope '" + name + "' from thread "
                    + Thread.currentThread().getName() + ": it belongs to thread " + thread.getName());
        }
    }

    void add(Buffer buffer) {
        Buffer head = newest;
        buffer.next = head;
        if (head != null) {
            head.previous = buffer;
        }
        newest = buffer;
        buffer.serial = ++added;
        bytesHeld += buffer.heldBytes();
    }

    /** Forgets a buffer, unless another thread asks: then it stays until the scope closes, to no effect. */
    void remove(Buffer buffer) {
        if (thread != Thread.currentThread()) {
            return;
        }
        Buffer previous = buffer.previous;
        Buffer next = buffer.next;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            newest = next;
        }
        buffer.previous = null;
        buffer.next = null;
        bytesHeld -= buffer.heldBytes();
    }

    @Override
    public String toString() {
        return "scope '" + name + "' holding " + Bytes.text(bytesHeld) + (open ? "" : ", closed");
    }
}
