package org.culebra.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.culebra.testing.ForkedJvm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LivePageTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    Path run;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(run.resolve("metrics.jsonl"), "{\"kind\": \"step\", \"step\": 1, \"loss\": 2.5}\n");
    }

    /** The whole answer to a request as it goes over the wire. */
    private static String ask(URI address, String request) throws IOException {
        try (var socket = new Socket(LOOPBACK, address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String get(String path, String host) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
    }

    private static String status(String answer) {
        return answer.lines().findFirst().orElse("").replaceFirst("HTTP/1.1 ([0-9]+).*", "$1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:1234", "[::1]", "[::1]:99"})
    void servesThePageToThisMachine(String host) throws IOException {
        try (var page = LivePage.open(run, 0)) {
            String answer = ask(page.address(), get("/", host));
            assertEquals("200", status(answer));
            assertTrue(answer.contains("<section id=\"figures\""), answer);
            assertTrue(answer.contains("new EventSource"), "the script");
            assertTrue(answer.toLowerCase(java.util.Locale.ROOT).contains("x-content-type-options: nosniff"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "localhost.example.org",
                "127.0.0.1.nip.io",
                "",
                "[::2]",
                "localhost@evil",
                "0.0.0.0"
            })
    void refusesTheNamesOfOthers(String host) throws IOException {
        try (var page = LivePage.open(run, 0)) {
            assertEquals("403", status(ask(page.address(), get("/", host))));
            assertEquals("403", status(ask(page.address(), get("/events", host))));
        }
    }

    @Test
    void refusesTwoNamesAndNone() throws IOException {
        try (var page = LivePage.open(run, 0)) {
            String two = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            assertEquals("403", status(ask(page.address(), two)));
            assertEquals("403", status(ask(page.address(), "GET / HTTP/1.0\r\n\r\n")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
    void canOnlyBeRead(String method) throws IOException {
        try (var page = LivePage.open(run, 0)) {
            String answer = ask(page.address(), get("/", "localhost").replaceFirst("GET", method));
            assertEquals("405", status(answer));
            assertTrue(answer.contains("Allow: GET"), answer);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/metrics.jsonl",
        "/../metrics.jsonl",
        "/%2e%2e/metrics.jsonl",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/events/x",
        "/events/../metrics.jsonl"
    })
    void noFileHasAnAddress(String path) throws IOException {
        try (var page = LivePage.open(run, 0)) {
            String answer = ask(page.address(), get(path, "localhost"));
            assertTrue(status(answer).startsWith("4"), answer);
            assertFalse(answer.contains("\"kind\""), answer);
        }
    }

    @Test
    void listensOnTheLoopbackAddressOnly() throws IOException {
        try (var page = LivePage.open(run, 0)) {
            assertEquals("127.0.0.1", page.address().getHost());
            InetAddress another =
                    InetAddress.getByAddress(new byte[] {127, 0, 0, 2}); // this machine too, but not that address
            assertThrows(
                    ConnectException.class,
                    () -> new Socket(another, page.address().getPort()).close());
        }
    }

    private static Map<String, String> keys(String page) {
        return Pattern.compile("id=\"([a-z0-9-]+)\" data-key=\"([0-9a-f]+)\"")
                .matcher(page)
                .results()
                .collect(Collectors.toMap(hit -> hit.group(1), hit -> hit.group(2)));
    }

    private static String parts(Map<String, String> known) {
        return "/parts?"
                + known.entrySet().stream()
                        .map(part -> part.getKey() + "=" + part.getValue())
                        .collect(Collectors.joining("&"));
    }

    @Test
    void partsAreSeenAndWatched(@TempDir Path whole) throws IOException {
        RunFixtures.parts(whole);
        try (var page = LivePage.open(whole, 0)) {
            String before = ask(page.address(), get("/", "localhost"));
            assertTrue(before.contains("<section id=\"part-0\"") && before.contains("to come"), before);
            assertFalse(before.contains("report.html"), "no file has an address here");
            String signature = RunFolder.signature(whole);
            RunFixtures.gan(whole.resolve("parts/last"));
            assertNotEquals(signature, RunFolder.signature(whole), "a change of a part is one of the run");
            String after = ask(page.address(), get("/", "localhost"));
            assertFalse(after.contains("to come"), after);
            assertTrue(after.contains("<section id=\"part-2\""), after);
            assertNotEquals(keys(before).get("part-curves"), keys(after).get("part-curves"));
            assertEquals(keys(before).get("part-0"), keys(after).get("part-0"));
        }
    }

    @Test
    void sendsOnlyWhatTheBrowserLacks() throws IOException {
        RunFixtures.finished(run, 1e-3);
        try (var page = LivePage.open(run, 0)) {
            String whole = ask(page.address(), get("/", "localhost"));
            Map<String, String> known = keys(whole);
            assertTrue(known.keySet().containsAll(Set.of("top", "contents", "curves", "pictures-0", "health")), whole);
            String nothing = ask(page.address(), get(parts(known), "localhost"));
            assertEquals(known, keys(nothing));
            assertFalse(nothing.contains("<svg"), nothing);
            assertFalse(nothing.contains("data:image"), nothing);
            assertTrue(nothing.length() < 4096, () -> "it has " + nothing.length() + " characters");

            Files.writeString(
                    run.resolve("metrics.jsonl"),
                    "{\"kind\": \"step\", \"step\": 1810, \"loss\": 0.125}\n",
                    StandardOpenOption.APPEND);
            String grown = ask(page.address(), get(parts(known), "localhost"));
            assertTrue(
                    grown.contains(
                            "<section id=\"curves\" data-key=\"" + keys(grown).get("curves") + "\"><h2>"),
                    grown);
            assertNotEquals(known.get("figures"), keys(grown).get("figures"));
            assertFalse(grown.contains("data:image"), "the pictures are as they were");
            assertEquals(known.get("health"), keys(grown).get("health"));
            assertEquals("200", status(ask(page.address(), get("/parts?curves&=&x=%41", "localhost"))));
        }
    }

    /** Whichever file changes, what is kept from before is never what should have been made anew. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.properties",
                "run.json",
                "metrics.jsonl",
                "health.jsonl",
                "result.json",
                "pictures/index.json",
                ""
            })
    void whatIsKeptIsWhatWouldBeMade(String file) throws IOException {
        RunFixtures.finished(run, 1e-3);
        try (var page = LivePage.open(run, 0)) {
            String before = ask(page.address(), get("/", "localhost"));
            if (file.isEmpty()) {
                RunFixtures.gan(run); // all of them
            } else {
                Path other = RunFixtures.gan(Files.createTempDirectory(run, "other"));
                if (file.equals("metrics.jsonl")) {
                    Files.copy(other.resolve(file), run.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                } else {
                    Files.delete(run.resolve(file));
                }
            }
            String after = ask(page.address(), get("/", "localhost"));
            assertNotEquals(keys(before), keys(after));
            Map<String, String> fresh = keys(HtmlReport.render(RunFolder.read(run)));
            assertEquals(fresh, keys(after));
        }
    }

    @Test
    void tellsThatFilesGrewAndThatItEnds() throws Exception {
        var page = LivePage.open(run, 0);
        try (var socket = new Socket(LOOPBACK, page.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(get("/events", "localhost").getBytes(StandardCharsets.ISO_8859_1));
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            await(lines, "data: 0");
            Files.writeString(
                    run.resolve("metrics.jsonl"),
                    "{\"kind\": \"step\", \"step\": 2, \"loss\": 1.5}\n",
                    StandardOpenOption.APPEND);
            await(lines, "data: 1");
            Files.writeString(run.resolve("result.json"), "{\"test_accuracy\": 0.5}");
            await(lines, "event: grown");
            assertTimeoutPreemptively(Duration.ofSeconds(1), page::close);
            await(lines, "event: end");
        } finally {
            page.close();
        }
        assertThrows(
                ConnectException.class,
                () -> new Socket(LOOPBACK, page.address().getPort()).close());
    }

    private static void await(BufferedReader lines, String wanted) throws IOException {
        for (String line = lines.readLine(); ; line = lines.readLine()) {
            assertTrue(line != null, "the stream ended before '" + wanted + "'");
            if (wanted.equals(line)) {
                return;
            }
        }
    }

    @Test
    void aPortInUseIsOneSentence() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            int port = taken.getLocalPort();
            var error = assertThrows(
                    IOException.class, () -> LivePage.open(run, port).close());
            assertEquals("port " + port + " is in use: choose another, or 0 for any that is free", error.getMessage());
        }
        var error = assertThrows(
                IllegalArgumentException.class, () -> LivePage.open(run, 65_536).close());
        assertEquals("live page: port 65536 is not in 0 … 65535; 0 is any that is free", error.getMessage());
    }

    /** Opens a page, asks for it, and leaves it open. */
    static final class Forgetful {
        public static void main(String[] arguments) throws Exception {
            @SuppressWarnings("resource")
            var page = LivePage.open(Path.of("."), 0);
            try (var stream = page.address().toURL().openStream()) {
                System.out.print(new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                        .lines()
                        .collect(Collectors.joining())
                        .contains("<h1>"));
            }
        }
    }

    @Test
    void doesNotKeepTheProcessAlive() {
        var result = assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> ForkedJvm.runMain(Forgetful.class, java.util.List.of()));
        assertEquals("true", result.out(), result.err());
        assertEquals(0, result.exitCode());
    }
}
