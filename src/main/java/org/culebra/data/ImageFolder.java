package org.culebra.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.culebra.memory.DType;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * Pictures in folders, one folder per class:
 *
 * <pre>
 * pets/cat/1.png
 * pets/cat/2.jpg
 * pets/dog/1.jpeg
 * </pre>
 *
 * <p>Classes and pictures come in the alphabetical order of their names. A picture is decoded when it is asked for; {@link
 * Dataset#cached} keeps it then. All must have one size.
 *
 * @param colour whether to read red, green and blue, or grey
 */
public record ImageFolder(boolean colour) {

    /** Red, green and blue. */
    public static ImageFolder of() {
        return new ImageFolder(true);
    }

    /** Grey. */
    public static ImageFolder grey() {
        return new ImageFolder(false);
    }

    /**
     * u8[C, H, W] and the index of the folder for each picture; H and W are those of the first.
     *
     * <p>A picture that is damaged or has another size is noticed when it is asked for: an {@link UncheckedIOException} with the
     * sentence.
     *
     * @throws MalformedDataException if there are no pictures, a class has none, or the first is damaged
     * @throws IOException if a folder is not there or cannot be read
     */
    public Dataset read(Path root) throws IOException {
        var files = new ArrayList<Path>();
        var labels = new ArrayList<Long>();
        List<Path> folders = list(root, Files::isDirectory);
        for (Path folder : folders) {
            List<Path> pictures = list(folder, ImageFolder::isPicture);
            if (pictures.isEmpty()) {
                throw new MalformedDataException(folder.toString(), "is empty: it has no PNG or JPEG files");
            }
            for (Path picture : pictures) {
                files.add(picture);
                labels.add((long) folders.indexOf(folder));
            }
        }
        if (files.isEmpty()) {
            throw new MalformedDataException(
                    root.toString(), "is empty: it has no folder of PNG or JPEG files for each class");
        }
        return new Dataset(
                String.valueOf(root.getFileName()),
                column(files, colour),
                Column.of(Tensor.of(labels.stream().mapToLong(Long::longValue).toArray())),
                folders.stream()
                        .map(folder -> String.valueOf(folder.getFileName()))
                        .toList());
    }

    /** u8[C, H, W] for each file, decoded when it is asked for. */
    static Column column(List<Path> files, boolean colour) throws IOException {
        Shape shape = Pictures.shape(files.getFirst(), colour);
        List<Path> known = List.copyOf(files);
        return Column.of(
                known.size(), DType.U8, shape, i -> picture(known.get((int) i), shape, known.getFirst(), colour));
    }

    private static Tensor picture(Path file, Shape shape, Path first, boolean colour) {
        try {
            Tensor picture = Pictures.read(file, colour);
            if (!picture.shape().equals(shape)) {
                throw new MalformedDataException(
                        file.toString(),
                        "has " + size(picture.shape()) + " pixels, not " + size(shape) + " as " + first.getFileName());
            }
            return picture;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Height×width. */
    private static String size(Shape shape) {
        return shape.dim(1) + "×" + shape.dim(2);
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file)
                && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"))
                && !name.startsWith(".");
    }

    /** What is in a folder, in alphabetical order. */
    static List<Path> list(Path folder, Predicate<Path> kind) throws IOException {
        if (!Files.exists(folder)) {
            throw new NotDirectoryException("the folder " + folder + " is not there");
        }
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " is not a folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(kind).sorted().toList();
        } catch (AccessDeniedException e) {
            throw new IOException("the folder " + folder + " cannot be read: permission denied", e);
        }
    }
}
