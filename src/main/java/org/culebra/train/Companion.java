package org.culebra.train;

/**
 * A library that the engine does without, and some class of Culebra does not: one that may be missing where Culebra is used without
 * the command, or as a module, which takes nothing along that is not asked for.
 *
 * @param coordinates its name for Maven
 * @param module its name on the module path
 * @param type a class of it, by which it is known
 */
public record Companion(String coordinates, String module, String type) {
    /** Draws progress bars: {@link ProgressLine}. */
    public static final Companion PROGRESS_BAR =
            new Companion("me.tongfei:progressbar", "me.tongfei.progressbar", "me.tongfei.progressbar.ProgressBar");

    /** Draws plots. */
    public static final Companion XCHART =
            new Companion("org.knowm.xchart:xchart", "org.knowm.xchart", "org.knowm.xchart.XYChart");

    /** True if it can be used. */
    public boolean isThere() {
        try {
            Class.forName(type, false, Companion.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /**
     * Says that it is missing, before anything else is done.
     *
     * @param who needs it: the message begins with that
     * @throws IllegalStateException if it is not there
     */
    public void require(String who) {
        if (!isThere()) {
            throw new IllegalStateException(who + " takes " + missing());
        }
    }

    /** What to do about it; continues a sentence. */
    public String missing() {
        return coordinates + ", which is not there: add it to the class path, or to the module path with --add-modules "
                + module;
    }
}
