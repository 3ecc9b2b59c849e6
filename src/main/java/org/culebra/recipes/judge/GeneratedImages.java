package org.culebra.recipes.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.culebra.data.Pictures;
import org.culebra.io.Npy;
import org.culebra.io.Npz;
import org.culebra.io.Safetensors;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * Images that any engine made: out of an npy, npz or safetensors file, or a folder of PNG or JPEG pictures.
 *
 * <p>An array is [N, C, H, W], or [N, H, W] of one channel, or [N, H, W, C] with one or three; bytes from 0 to 255 or floating numbers from 0
 * to 1. A file of several has the one called {@code images}.
 */
final class GeneratedImages {
    private static final String NAME = "images";
    private static final double BRIGHTEST = 255;

    private GeneratedImages() {}

    /**
     * f32[N, C, H, W], bytes from 0 to 1, other numbers as they are.
     *
     * @param colour whether pictures of a folder are read in colour, or grey
     * @throws IOException if it is none of these; the message is one sentence
     */
    static Tensor read(Path place, boolean colour) throws IOException {
        if (!Files.exists(place)) {
            throw new NoSuchFileException(place.toString());
        }
        return Files.isDirectory(place) ? folder(place, colour) : images(place, array(place));
    }

    private static Tensor array(Path file) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy")) {
            return Npy.read(file);
        }
        if (name.endsWith(".npz")) {
            return only(file, Npz.read(file));
        }
        if (name.endsWith(".safetensors")) {
            return only(file, Safetensors.read(file).tensors());
        }
        throw new IOException(
                file + " is neither a folder of pictures nor a file whose name ends with .npz, .npy or .safetensors");
    }

    private static Tensor only(Path file, Map<String, Tensor> arrays) throws IOException {
        Tensor named = arrays.get(NAME);
        if (named != null) {
            return named;
        }
        if (arrays.size() != 1) {
            throw new IOException(
                    file + " holds " + arrays.size() + " arrays, and none of them is called '" + NAME + "'");
        }
        return arrays.values().iterator().next();
    }

    private static Tensor images(Path file, Tensor array) throws IOException {
        if ((array.rank() != 3 && array.rank() != 4) || array.size() == 0) {
            throw new IOException(file + " holds no images [N, C, H, W] but " + array.describe());
        }
        Tensor numbers;
        if (array.dtype() == DType.U8) {
            numbers = array.to(DType.F32).div(BRIGHTEST);
        } else if (array.dtype().isFloating()) {
            numbers = array.to(DType.F32);
        } else {
            throw new IOException(file + " holds " + array.describe()
                    + " where bytes from 0 to 255 or floating numbers from 0 to 1 belong");
        }
        if (numbers.rank() == 3) {
            return numbers.unsqueeze(1);
        }
        return !isChannels(numbers.dim(1)) && isChannels(numbers.dim(3)) ? numbers.permute(0, 3, 1, 2) : numbers;
    }

    private static boolean isChannels(long count) {
        return count == 1 || count == 3;
    }

    private static Tensor folder(Path folder, boolean colour) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(GeneratedImages::isPicture).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new IOException("there are no PNG or JPEG pictures in " + folder);
        }
        var pictures = new ArrayList<Tensor>();
        for (Path file : files) {
            Tensor picture = Pictures.read(file, colour);
            if (!pictures.isEmpty()
                    && !picture.shape().equals(pictures.getFirst().shape())) {
                throw new IOException(file + " has " + size(picture) + " pixels, not " + size(pictures.getFirst())
                        + " as " + files.getFirst().getFileName());
            }
            pictures.add(picture);
        }
        return Tensor.stack(0, pictures).to(DType.F32).div(BRIGHTEST);
    }

    private static String size(Tensor picture) {
        return picture.dim(1) + "×" + picture.dim(2);
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
    }
}
