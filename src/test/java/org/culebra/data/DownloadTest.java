package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is compared with the hash: the file as it is, or what is in it. */
class DownloadTest {
    private static final byte[] CONTENT = "an archive".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ZIPPED = IdxFiles.gzip(CONTENT);

    @TempDir
    private Path folder;

    private final HttpServer server;
    private final List<URI> mirrors;

    DownloadTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        mirrors = List.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
    }

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, ZIPPED.length);
            exchange.getResponseBody().write(ZIPPED);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String sha256(byte[] content) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void anArchiveIsHashedAsItIs() throws Exception {
        Download.fetchAsIs(mirrors, "a.tar.gz", sha256(ZIPPED), folder);
        assertArrayEquals(ZIPPED, Files.readAllBytes(folder.resolve("a.tar.gz")));
        refused(() -> Download.fetchAsIs(mirrors, "b.tar.gz", sha256(CONTENT), folder));
        assertFalse(Files.exists(folder.resolve("b.tar.gz")));
    }

    @Test
    void aFileIsHashedUnpacked() throws Exception {
        Download.fetch(mirrors, "a.gz", sha256(CONTENT), folder);
        assertArrayEquals(ZIPPED, Files.readAllBytes(folder.resolve("a.gz")));
        refused(() -> Download.fetch(mirrors, "b.gz", sha256(ZIPPED), folder));
    }

    private static void refused(org.junit.jupiter.api.function.Executable fetch) {
        assertEquals(
                "127.0.0.1: another content than expected (SHA-256)",
                assertThrows(Download.FailedException.class, fetch).getMessage());
    }
}
