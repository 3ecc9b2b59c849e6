package org.culebra.memory;

import org.jspecify.annotations.Nullable;

/** There is no memory for a buffer: the limit is reached, or the system refused. Says what was asked and who holds what. */
public final class MemoryLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private MemoryLimitException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static MemoryLimitException of(long asked, Pool.Report report, @Nullable Scope current) {
        String first = "cannot allocate " + Bytes.text(asked) + ": the memory limit is " + Bytes.text(report.limit());
        return new MemoryLimitException(first + details(report, current), null);
    }

    static MemoryLimitException refused(long asked, Pool.Report report, @Nullable Scope current, Throwable cause) {
        String first = "cannot allocate " + Bytes.text(asked) + ": the system has no more memory";
        return new MemoryLimitException(first + details(report, current), cause);
    }

    private static String details(Pool.Report report, @Nullable Scope current) {
        var text = new StringBuilder();
        long others = report.usedBytes() - report.collectedBytes();
        for (Scope scope = current; scope != null; scope = scope.parent()) {
            line(text, scope.bytesHeld(), "held by scope '" + scope.name() + "'");
            others -= scope.bytesHeld();
        }
        line(text, report.collectedBytes(), "owned by the garbage collector and still reachable");
        if (others > 0) {
            line(text, others, "held by other scopes and threads");
        }
        line(text, report.freeBytes(), "free, the largest piece " + Bytes.text(report.largestFree()));
        return text.append("\n  hint: use smaller batches, close tapes and scopes earlier, or raise the limit with")
                .append(" -Dculebra.memoryLimit=8g")
                .toString();
    }

    private static void line(StringBuilder text, long bytes, String what) {
        text.append("\n  ").append(Bytes.text(bytes)).append(' ').append(what);
    }
}
