package org.culebra.io;

import java.io.IOException;

/** A file is not what it should be. The message is one sentence that names the file and says what is wrong with it. */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;

    private static final int LONGEST_QUOTE = 80;

    /** An exception with this sentence. */
    public FormatException(String message) {
        super(message);
    }

    /** A piece of a file as it may stand in a sentence: in quotes, on one line, not too long. */
    static String quote(String text) {
        var quoted = new StringBuilder("'");
        for (int i = 0; i < text.length() && i < LONGEST_QUOTE; i++) {
            char c = text.charAt(i);
            boolean plain = !Character.isISOControl(c) && !Character.isSurrogate(c) && c != '\u2028' && c != '\u2029';
            quoted.append(plain ? c : '?');
        }
        return quoted.append(text.length() > LONGEST_QUOTE ? "…'" : "'").toString();
    }
}
