package org.culebra.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;

/** Reads some files out of a tar archive (POSIX ustar), gzipped or plain. */
final class Tar {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int TYPE = 156;

    private Tar() {}

    /**
     * The files whose name, without folders, is one of these.
     *
     * @param largest no file is longer than this
     * @throws MalformedDataException if the archive is damaged, or one of the files longer
     */
    static Map<String, byte[]> read(Path archive, Set<String> names, int largest) throws IOException {
        var found = new HashMap<String, byte[]>();
        try (InputStream in = Idx.decompressed(Files.newInputStream(archive))) {
            for (byte[] header = header(in); header[0] != 0; header = header(in)) {
                String name = text(header, 0, NAME);
                String last = name.substring(name.lastIndexOf('/') + 1);
                long size = size(header);
                long padding = -size & (BLOCK - 1);
                boolean isFile = header[TYPE] == '0' || header[TYPE] == 0;
                if (isFile && names.contains(last)) {
                    if (size > largest) {
                        throw new MalformedDataException(
                                archive.toString(),
                                "has a file " + last + " of " + size + " bytes, more than " + largest);
                    }
                    found.put(last, in.readNBytes((int) size));
                    in.skipNBytes(padding);
                } else {
                    in.skipNBytes(size + padding);
                }
            }
            return found;
        } catch (EOFException e) {
            throw new MalformedDataException(archive.toString(), "is cut short");
        } catch (ZipException | NumberFormatException e) {
            throw new MalformedDataException(
                    archive.toString(), "is damaged: it is not a tar archive that can be unpacked");
        }
    }

    private static byte[] header(InputStream in) throws IOException {
        byte[] header = in.readNBytes(BLOCK);
        if (header.length < BLOCK) {
            throw new EOFException();
        }
        return header;
    }

    private static long size(byte[] header) {
        return Long.parseUnsignedLong(text(header, SIZE, SIZE_DIGITS).strip(), 8);
    }

    /** Up to the first zero. */
    private static String text(byte[] header, int start, int length) {
        int end = start;
        while (end < start + length && header[end] != 0) {
            end++;
        }
        return new String(header, start, end - start, StandardCharsets.US_ASCII);
    }
}
