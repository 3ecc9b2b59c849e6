package org.culebra.data;

import java.io.IOException;
import java.util.regex.Pattern;

/** A file that is not what it should be; the message is one sentence that begins with its name. */
public final class MalformedDataException extends IOException {
    private static final long serialVersionUID = 1;

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

    /** Says what is wrong with a file. What of the file is quoted may hold line breaks; they become {@code ?}. */
    public MalformedDataException(String file, String problem) {
        super(file + " " + CONTROL.matcher(problem).replaceAll("?"));
    }
}
