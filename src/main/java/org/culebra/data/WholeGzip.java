package org.culebra.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * What a gzip file holds, provided that it is nothing but gzip data: {@link GZIPInputStream} stops without a word at the first
 * byte that belongs to no member, and may have swallowed some in search of a further one.
 */
final class WholeGzip extends GZIPInputStream {
    /** Checksum and length, which the inflater leaves alone, end every member. */
    private static final int TRAILER = 8;

    private final Counted source;
    /** How much had been read when the inflater was last given something; what is read otherwise is headers and trailers. */
    private long filled;

    WholeGzip(InputStream in, int buffer) throws IOException {
        this(new Counted(in), buffer);
    }

    private WholeGzip(Counted source, int buffer) throws IOException {
        super(source, buffer);
        this.source = source;
    }

    /** Thrown where other bytes follow the gzip data. */
    static final class TrailingBytesException extends ZipException {
        private static final long serialVersionUID = 1;

        private TrailingBytesException() {
            super("bytes after the gzip data");
        }
    }

    @Override
    protected void fill() throws IOException {
        super.fill();
        filled = source.count;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        long end = filled - inf.getRemaining() + TRAILER;
        if (count < 0 && (source.count > end || source.read() >= 0)) {
            throw new TrailingBytesException();
        }
        return count;
    }

    /** Knows how many bytes were read. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
