package org.culebra.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A data set in four IDX files, and the places where they may be.
 *
 * @param title for people
 * @param folder the name of its own folder in the cache and the system's data
 * @param layouts folders to look into within one that the user chose
 * @param side height and width of the images
 * @param classes what the classes are called
 * @param training the files to learn from
 * @param test the files held out
 * @param mirrors where to download from, ending in a slash
 * @param remedy what to do where there is no internet
 */
record IdxSource(
        String title,
        String folder,
        List<String> layouts,
        int side,
        List<String> classes,
        Pair training,
        Pair test,
        List<URI> mirrors,
        String remedy) {

    /** A file's name without {@code .gz}, and the SHA-256 of what is in it. */
    record NamedFile(String name, String sha256) {}

    /** Images and their labels. */
    record Pair(NamedFile images, NamedFile labels) {}

    /** The two files whose usual names begin with {@code train} or {@code t10k}. */
    static Pair pair(String prefix, String imagesHash, String labelsHash) {
        return new Pair(
                new NamedFile(prefix + "-images-idx3-ubyte", imagesHash),
                new NamedFile(prefix + "-labels-idx1-ubyte", labelsHash));
    }

    private List<NamedFile> files() {
        return List.of(training.images, training.labels, test.images, test.labels);
    }

    /** Finds and reads the data. */
    Splits load(DataPlaces places) throws IOException {
        Path found = find(places);
        return new Splits(part(title, found, training), part(title + ", test", found, test), found.toString());
    }

    // ---------------------------------------------------------------- finding

    private Path find(DataPlaces places) throws IOException {
        places.requireChosen();
        if (places.chosen().isPresent()) {
            Path chosen = places.chosen().get();
            for (String layout : layouts) {
                if (holdsAny(chosen.resolve(layout))) {
                    return chosen.resolve(layout);
                }
            }
        }
        Path cached = places.cache().resolve(folder);
        Path system = places.system().resolve(folder);
        if (holdsAll(cached)) {
            return cached;
        }
        if (holdsAny(system)) {
            return system;
        }
        download(places, cached);
        return cached;
    }

    private boolean holdsAny(Path place) {
        return files().stream().anyMatch(file -> locate(place, file) != null);
    }

    private boolean holdsAll(Path place) {
        return files().stream().allMatch(file -> locate(place, file) != null);
    }

    /** The file by any of the names that it goes by. */
    private static @Nullable Path locate(Path place, NamedFile file) {
        String dotted = file.name.replace("-idx", ".idx");
        for (String name : List.of(file.name + ".gz", file.name, dotted, dotted + ".gz")) {
            if (Files.exists(place.resolve(name))) {
                return place.resolve(name);
            }
        }
        return null;
    }

    private void download(DataPlaces places, Path cached) throws IOException {
        if (!places.download()) {
            throw missing(places, "");
        }
        for (NamedFile file : files()) {
            if (locate(cached, file) == null) {
                places.log().accept("downloading " + title + ", " + file.name + ".gz, to " + cached);
                try {
                    Download.fetch(mirrors, file.name + ".gz", file.sha256, cached);
                } catch (Download.FailedException e) {
                    throw missing(places, " and could not be downloaded (" + e.getMessage() + ")");
                }
            }
        }
    }

    private IOException missing(DataPlaces places, String download) {
        var looked = new ArrayList<String>();
        for (Path place : places.folders(folder)) {
            looked.add(place.toString());
        }
        return new IOException(title + " is not in " + String.join(", ", looked) + download + ": " + remedy);
    }

    // ---------------------------------------------------------------- reading

    private Dataset part(String name, Path place, Pair pair) throws IOException {
        Path imagePath = existing(place, pair.images);
        Path labelPath = existing(place, pair.labels);
        Tensor images = Idx.read(imagePath);
        Tensor labels = Idx.read(labelPath);
        if (images.rank() != 3 || images.dim(1) != side || images.dim(2) != side) {
            throw malformed(imagePath, "does not hold images of " + side + "×" + side + " but " + images.describe());
        }
        if (labels.rank() != 1) {
            throw malformed(labelPath, "does not hold one label per image but " + labels.describe());
        }
        if (images.dim(0) != labels.dim(0)) {
            throw malformed(
                    labelPath,
                    "has " + labels.dim(0) + " labels for the " + images.dim(0) + " images of "
                            + imagePath.getFileName());
        }
        if (labels.size() == 0) {
            throw malformed(labelPath, "is empty: it announces 0 labels");
        }
        if (labels.max().item() >= classes.size()) {
            throw malformed(
                    labelPath,
                    "has a label " + (int) labels.max().item() + " where there are " + classes.size()
                            + " classes, 0 to " + (classes.size() - 1));
        }
        rejectSister(labelPath);
        return new Dataset(name, images.unsqueeze(1), labels.to(DType.I64), classes);
    }

    private Path existing(Path place, NamedFile file) throws IOException {
        Path path = locate(place, file);
        if (path == null) {
            throw new IOException("the folder " + place + " has some files of " + title + " but not " + file.name
                    + " (or " + file.name + ".gz)");
        }
        return path;
    }

    /** MNIST and its successors share names and shapes: their labels tell them apart. */
    private void rejectSister(Path labelPath) throws IOException {
        String hash = Download.hash(labelPath);
        for (IdxSource other : List.of(Mnist.SOURCE, FashionMnist.SOURCE)) {
            if (isSisterOf(other.title, hash)) {
                throw malformed(labelPath, "belongs to " + other.title + ", not to " + title);
            }
        }
    }

    /** Whether a file with this content is one of that other data set. */
    boolean isSisterOf(String other, String sha256) {
        return List.of(Mnist.SOURCE, FashionMnist.SOURCE).stream()
                .filter(source -> source.title.equals(other) && !source.title.equals(title))
                .anyMatch(source -> source.files().stream().anyMatch(file -> file.sha256.equals(sha256)));
    }

    private static MalformedDataException malformed(Path file, String problem) {
        return new MalformedDataException(file.toString(), problem);
    }
}
