package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes a table, an archive or a picture has, reading it ends with its content or with one sentence about the file. */
class DataFileProperties {
    private static final Path FILE = temporary();

    private static Path temporary() {
        try {
            Path made = Files.createTempFile("data", ".bin");
            made.toFile().deleteOnExit();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---------------------------------------------------------------- CSV

    @Property(seed = "20261127")
    void fieldsInQuotesComeBackAsTheyWere(
            @ForAll @Size(min = 1, max = 5)
                    List<
                                    @Size(3) List<
                                            @Chars({'"', ',', '\n', '\r', ';', 'é'}) @CharRange(from = 'a', to = 'c')
                                            String>>
                            rows,
            @ForAll boolean windows)
            throws IOException {
        String lineBreak = windows ? "\r\n" : "\n";
        String text = rows.stream()
                .map(row -> row.stream()
                        .map(field -> "\"" + field.replace("\"", "\"\"") + "\"")
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining(lineBreak, "", lineBreak));
        assertEquals(rows, csv(text.getBytes(StandardCharsets.UTF_8)).rows());
    }

    private static Table csv(byte[] content) throws IOException {
        return Csv.of().withoutHeader().read(new ByteArrayInputStream(content), "file");
    }

    @Property(seed = "20261127")
    void anyTextIsATableOrASentence(
            @ForAll @Chars({'"', ',', '\n', '\r', '1', '\uFEFF', 'é'}) String text, @ForAll boolean cut)
            throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        try {
            Table table = csv(cut ? Arrays.copyOf(content, Math.max(0, content.length - 1)) : content);
            assertTrue(table.rows().stream()
                    .allMatch(row -> row.size() == table.columns().size()));
        } catch (MalformedDataException e) {
            oneSentence(e, "file");
        }
    }

    // ---------------------------------------------------------------- archives and pictures

    private static byte[] archive() {
        var tar = new ByteArrayOutputStream();
        byte[] header = new byte[512];
        header[0] = 'x';
        byte[] size = "00000000003".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, 124, size.length);
        header[156] = '0';
        tar.writeBytes(header);
        tar.writeBytes(Arrays.copyOf(new byte[] {1, 2, 3}, 512));
        tar.writeBytes(new byte[1024]);
        return tar.toByteArray();
    }

    @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE)
    void aDamagedArchiveIsReadOrASentence(
            @ForAll boolean zipped,
            @ForAll @IntRange(min = 0, max = 600) int position,
            @ForAll byte value,
            @ForAll @IntRange(min = 0, max = 1600) int shorter)
            throws IOException {
        byte[] content = archive();
        content[position] = value;
        byte[] whole = zipped ? IdxFiles.gzip(content) : content;
        Files.write(FILE, Arrays.copyOf(whole, Math.max(0, whole.length - shorter)));
        try {
            byte[] found = Tar.read(FILE, Set.of("x"), 100).get("x");
            assertTrue(found == null || found.length <= 100);
        } catch (MalformedDataException e) {
            oneSentence(e, FILE.toString());
        }
    }

    private static byte[] picture(String format) {
        var picture = new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(1, 1, 0xffffff);
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE)
    void aDamagedPictureIsReadOrASentence(
            @ForAll boolean png,
            @ForAll @IntRange(min = 0, max = 2000) int position,
            @ForAll byte value,
            @ForAll @IntRange(min = 0, max = 50) int shorter)
            throws IOException {
        byte[] whole = picture(png ? "png" : "jpg");
        whole[position % whole.length] = value;
        Files.write(FILE, Arrays.copyOf(whole, whole.length - shorter));
        try {
            assertEquals(3, Pictures.read(FILE, true).dim(0));
        } catch (MalformedDataException e) {
            oneSentence(e, FILE.toString());
        }
    }

    private static void oneSentence(IOException e, String name) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(name + " ") && message.lines().count() == 1, message);
    }
}
