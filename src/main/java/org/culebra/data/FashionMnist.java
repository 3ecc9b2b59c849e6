package org.culebra.data;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 60,000 + 10,000 articles of clothing, 28×28 grey. */
public final class FashionMnist {
    static final IdxSource SOURCE = new IdxSource(
            "Fashion-MNIST",
            "fashion-mnist",
            List.of("fashion-mnist", "FashionMNIST/raw", ""),
            28,
            List.of("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
            IdxSource.pair(
                    "train",
                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            IdxSource.pair(
                    "t10k",
                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            List.of(
                    URI.create("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
                    URI.create("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/")),
            "install the Debian package dataset-fashion-mnist, or name a folder with its four IDX files by --data-dir");

    private FashionMnist() {}

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
