package org.culebra.report;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * An event file of TensorBoard: {@code tensorboard --logdir FOLDER} shows it.
 *
 * <p>A file is a sequence of records, {@code length u64 | masked CRC of the length u32 | data | masked CRC of the data u32}, all
 * little-endian; each record is a protobuf {@code Event}. The mask of a CRC-32C c is {@code rotr(c, 15) + 0xa282ead8}.
 *
 * <p>Every process writes a file of its own, as TensorBoard's own writers do: a resumed run adds a file to the folder, and
 * TensorBoard reads all of them in the order of their names. A record is handed to the system whole, so that a process that is
 * killed leaves at most one broken record at the end, which TensorBoard skips.
 *
 * <p>May be used by several threads.
 */
public final class EventFile implements Closeable {
    private static final int CRC_MASK = 0xa282ead8;
    private static final int DT_STRING = 7;
    private static final int DATA_CLASS_TENSOR = 2;

    private final Path path;
    private final OutputStream out;
    private final Clock clock;

    private EventFile(Path path, OutputStream out, Clock clock) {
        this.path = path;
        this.out = out;
        this.clock = clock;
    }

    /**
     * A new event file in a folder, which is made if it is not there.
     *
     * @throws IOException if the file cannot be made
     */
    public static EventFile create(Path folder) throws IOException {
        return create(folder, Clock.systemUTC());
    }

    static EventFile create(Path folder, Clock clock) throws IOException {
        Files.createDirectories(folder);
        String start = "events.out.tfevents.%010d.%s.%d."
                .formatted(
                        clock.instant().getEpochSecond(),
                        host(),
                        ProcessHandle.current().pid());
        for (int number = 0; ; number++) {
            Path path = folder.resolve(start + number);
            try {
                var out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                var file = new EventFile(path, out, clock);
                file.write(file.event().text(3, "brain.Event:2"));
                return file;
            } catch (FileAlreadyExistsException e) {
                // two of one process in one second: the next number is free
            }
        }
    }

    /** A name as the environment gives it: asking the network for one may take seconds. */
    private static String host() {
        String name = System.getenv().getOrDefault("HOSTNAME", "localhost");
        return name.replaceAll("[^A-Za-z0-9-]", "-");
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** A number; it is kept as f32, and one that is not finite is shown as such. */
    public void scalar(String tag, long step, double value) throws IOException {
        summary(step, new Protobuf().text(1, tag).f32(2, (float) value));
    }

    /** A text, shown as Markdown. */
    public void text(String tag, long step, String text) throws IOException {
        var shape = new Protobuf().message(2, new Protobuf().integer(1, 1)); // [1]
        var tensor = new Protobuf().integer(1, DT_STRING).message(2, shape).text(8, text);
        var metadata = new Protobuf().message(1, new Protobuf().text(1, "text")).integer(4, DATA_CLASS_TENSOR);
        summary(step, new Protobuf().text(1, tag).message(8, tensor).message(9, metadata));
    }

    /**
     * A picture.
     *
     * @param png a whole PNG file
     * @throws IllegalArgumentException if it is none
     */
    public void image(String tag, long step, byte[] png) throws IOException {
        Png header = Png.of(png);
        if (header == null) {
            throw new IllegalArgumentException("image '" + tag + "': these " + png.length
                    + " bytes are no PNG file; hint: ImageIO.write(picture, \"png\", stream) makes one");
        }
        var image = new Protobuf()
                .integer(1, header.height())
                .integer(2, header.width())
                .integer(3, header.channels())
                .bytes(4, png);
        summary(step, new Protobuf().text(1, tag).message(4, image));
    }

    /**
     * How values are spread, in {@value Histogram#BUCKETS} buckets of equal width from the least to the greatest; values that are
     * not finite are left out.
     */
    public void histogram(String tag, long step, double[] values) throws IOException {
        summary(
                step,
                new Protobuf().text(1, tag).message(5, Histogram.of(values).message()));
    }

    private void summary(long step, Protobuf value) throws IOException {
        write(event().integer(2, step).message(5, new Protobuf().message(1, value)));
    }

    private Protobuf event() {
        Instant now = clock.instant();
        return new Protobuf().f64(1, now.getEpochSecond() + now.getNano() * 1e-9);
    }

    private void write(Protobuf event) throws IOException {
        byte[] data = event.toByteArray();
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + data.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length);
        record.putInt(maskedCrc(record.array(), 0, Long.BYTES)).put(data).putInt(maskedCrc(data, 0, data.length));
        synchronized (out) {
            out.write(record.array());
        }
    }

    private static int maskedCrc(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    /** Closes the file. */
    @Override
    public void close() throws IOException {
        synchronized (out) {
            out.close();
        }
    }
}
