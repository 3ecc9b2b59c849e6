package org.culebra.data;

import java.io.IOException;

/** A file that is not what it should be; the message is one sentence that begins with its name. */
public final class MalformedDataException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong with a file. */
    public MalformedDataException(String file, String problem) {
        super(file + " " + problem);
    }
}
