package org.culebra.report;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the header of a PNG file says. */
record Png(int width, int height, int channels) {
    private static final long SIGNATURE = 0x89504e470d0a1a0aL;
    private static final int IHDR = 0x49484452;
    private static final int HEADER_BYTES = 33;

    /** Null if these bytes are no PNG file. */
    static @Nullable Png of(byte[] file) {
        if (file.length < HEADER_BYTES) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        if (bytes.getLong(0) != SIGNATURE || bytes.getInt(12) != IHDR) {
            return null;
        }
        int width = bytes.getInt(16);
        int height = bytes.getInt(20);
        int channels = switch (bytes.get(25)) { // the colour type
            case 0 -> 1;
            case 2, 3 -> 3;
            case 4 -> 2;
            default -> 4;
        };
        return width > 0 && height > 0 ? new Png(width, height, channels) : null;
    }
}
