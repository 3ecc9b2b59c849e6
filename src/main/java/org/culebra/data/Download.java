package org.culebra.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Files from mirrors: checked before they appear under their name, which they do in one step. */
final class Download {
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration WHOLE_FILE = Duration.ofMinutes(15);

    private Download() {}

    /** No mirror gave the file; the message has a reason for each. */
    static final class FailedException extends IOException {
        private static final long serialVersionUID = 1;

        private FailedException(String reasons) {
            super(reasons);
        }
    }

    /**
     * Brings a file from the first mirror that has it.
     *
     * @param mirrors addresses of folders, ending in a slash
     * @param name of the file, on the mirrors and in the folder
     * @param sha256 of the content, after unpacking if it is gzipped: gzip files differ from mirror to mirror
     * @param folder to bring it to
     * @throws FailedException if no mirror has the right file
     * @throws IOException if the file cannot be written
     */
    static void fetch(List<URI> mirrors, String name, String sha256, Path folder) throws IOException {
        fetch(mirrors, name, part -> hash(part).equals(sha256), folder);
    }

    /** {@link #fetch} of a file that is the same on all mirrors, byte by byte: the hash is of the file as it is. */
    static void fetchAsIs(List<URI> mirrors, String name, String sha256, Path folder) throws IOException {
        fetch(
                mirrors,
                name,
                part -> {
                    try (InputStream content = Files.newInputStream(part)) {
                        return hash(content).equals(sha256);
                    }
                },
                folder);
    }

    /** Whether a file is the right one. */
    @FunctionalInterface
    private interface Check {
        boolean passes(Path file) throws IOException;
    }

    private static void fetch(List<URI> mirrors, String name, Check check, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, name, ".part");
        // Of an interrupted run nothing is left.
        part.toFile().deleteOnExit();
        try (HttpClient client = client()) {
            List<String> reasons = new ArrayList<>();
            for (URI mirror : mirrors) {
                String problem = attempt(client, mirror.resolve(name), check, part);
                if (problem == null) {
                    move(part, folder.resolve(name));
                    return;
                }
                reasons.add(mirror.getHost() + ": " + problem);
            }
            throw new FailedException(String.join("; ", reasons));
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECTING)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    private static void move(Path part, Path file) throws IOException {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What went wrong with a mirror, or null. What went wrong on this side is thrown. */
    private static @Nullable String attempt(HttpClient client, URI address, Check check, Path part) throws IOException {
        var request = HttpRequest.newBuilder(address).build();
        var answer = client.sendAsync(request, BodyHandlers.ofFile(part));
        try {
            HttpResponse<Path> response = answer.get(WHOLE_FILE.toSeconds(), TimeUnit.SECONDS);
            if (response.statusCode() != 200) {
                return "HTTP status " + response.statusCode();
            }
            return check.passes(part) ? null : "another content than expected (SHA-256)";
        } catch (ExecutionException e) {
            return problem(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return "not done after " + WHOLE_FILE.toMinutes() + " minutes";
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("the download of " + address + " was interrupted", e);
        }
    }

    private static String problem(@Nullable Throwable failure) throws IOException {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnresolvedAddressException e -> {
                    return "unknown host";
                }
                case UnknownHostException e -> {
                    return "unknown host";
                }
                case FileSystemException e -> throw e;
                default -> {}
            }
        }
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        return failure == null || failure.getMessage() == null ? "no answer" : failure.getMessage();
    }

    /** SHA-256 of a file's content, unpacked if it is gzipped. */
    static String hash(Path file) throws IOException {
        try (InputStream content = Idx.decompressed(Files.newInputStream(file))) {
            return hash(content);
        } catch (java.io.EOFException | java.util.zip.ZipException e) {
            return "not a whole gzip file";
        }
    }

    private static String hash(InputStream content) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
