package org.culebra.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.culebra.memory.DType;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * CIFAR-10 (Krizhevsky 2009): 50,000 + 10,000 pictures of 32×32 in colour, ten classes; the binary version, unpacked or as the
 * archive it comes in.
 *
 * <pre>
 * each record   bytes
 * label         1        0 to 9
 * red           1,024    row by row
 * green         1,024
 * blue          1,024
 * </pre>
 */
public final class Cifar10 {
    private static final String TITLE = "CIFAR-10";
    private static final String FOLDER = "cifar-10";
    private static final String ARCHIVE = "cifar-10-binary.tar.gz";
    private static final String ARCHIVE_HASH = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd";
    private static final List<URI> MIRRORS = List.of(
            URI.create("https://www.cs.toronto.edu/~kriz/"),
            URI.create("https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"));
    private static final List<String> LAYOUTS = List.of("cifar-10-batches-bin", "cifar-10/cifar-10-batches-bin", "");
    private static final List<String> TRAINING =
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
    private static final String TEST = "test_batch.bin";
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int RECORD = 1 + PIXELS;

    /** Records of a file; there are never more. */
    private static final int PER_FILE = 10_000;

    private Cifar10() {}

    /**
     * Finds and reads it.
     *
     * @throws MalformedDataException if a file is not what it should be
     * @throws IOException if it is nowhere to be found, or cannot be read
     */
    public static Splits load(DataPlaces places) throws IOException {
        Path found = places.find(FOLDER, LAYOUTS, Cifar10::isHere);
        if (found == null) {
            found = download(places);
        }
        Path archive = found.resolve(ARCHIVE);
        if (!Files.exists(found.resolve(TEST)) && Files.exists(archive)) {
            var names =
                    Set.copyOf(Stream.concat(TRAINING.stream(), Stream.of(TEST)).toList());
            Map<String, byte[]> files = Tar.read(archive, names, PER_FILE * RECORD);
            return splits(found, name -> {
                byte[] content = files.get(name);
                if (content == null) {
                    throw new MalformedDataException(archive.toString(), "has no file " + name);
                }
                return content;
            });
        }
        Path folder = found;
        return splits(folder, name -> {
            Path file = folder.resolve(name);
            if (!Files.exists(file)) {
                throw new IOException("the folder " + folder + " has some files of " + TITLE + " but not " + name);
            }
            return Files.readAllBytes(file);
        });
    }

    private static boolean isHere(Path folder) {
        return Files.exists(folder.resolve(ARCHIVE))
                || Stream.concat(TRAINING.stream(), Stream.of(TEST))
                        .anyMatch(name -> Files.exists(folder.resolve(name)));
    }

    private static Path download(DataPlaces places) throws IOException {
        Path folder = places.cache().resolve(FOLDER);
        String problem = "";
        if (places.download()) {
            places.log().accept("downloading " + TITLE + ", " + ARCHIVE + ", to " + folder);
            try {
                Download.fetchAsIs(MIRRORS, ARCHIVE, ARCHIVE_HASH, folder);
                return folder;
            } catch (Download.FailedException e) {
                problem = " and could not be downloaded (" + e.getMessage() + ")";
            }
        }
        throw new IOException(TITLE + " is not in " + places.looked(FOLDER) + problem + ": name a folder with "
                + ARCHIVE + ", or with its unpacked files, by --data-dir");
    }

    /** Brings a file's content. */
    @FunctionalInterface
    private interface Contents {
        byte[] content(String name) throws IOException;
    }

    private static Splits splits(Path origin, Contents files) throws IOException {
        return new Splits(
                part(TITLE, origin, TRAINING, files),
                part(TITLE + ", test", origin, List.of(TEST), files),
                origin.toString());
    }

    private static Dataset part(String title, Path origin, List<String> names, Contents files) throws IOException {
        var images = new ArrayList<Tensor>();
        var labels = new ArrayList<Tensor>();
        for (String name : names) {
            byte[] content = files.content(name);
            String file = origin.resolve(name).toString();
            check(content, file);
            Tensor records = Tensor.of(content, content.length / RECORD, RECORD);
            images.add(Tape.scoped(() -> records.narrow(1, 1, PIXELS).copy()));
            labels.add(Tape.scoped(() -> records.select(1, 0).to(DType.I64)));
            records.release();
        }
        Tensor pixels = Tensor.concat(0, images).reshape(-1, 3, SIDE, SIDE);
        return new Dataset(title, pixels, Tensor.concat(0, labels), CLASSES);
    }

    private static void check(byte[] content, String file) throws MalformedDataException {
        if (content.length == 0 || content.length % RECORD != 0) {
            throw new MalformedDataException(
                    file, "has " + content.length + " bytes, which are not whole pictures of " + RECORD + " bytes");
        }
        for (int start = 0; start < content.length; start += RECORD) {
            int label = Byte.toUnsignedInt(content[start]);
            if (label >= CLASSES.size()) {
                throw new MalformedDataException(
                        file,
                        "has a label " + label + " at picture " + start / RECORD + " where there are " + CLASSES.size()
                                + " classes, 0 to " + (CLASSES.size() - 1));
            }
        }
    }
}
