package org.culebra.report;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.culebra.io.FormatException;
import org.culebra.io.Json;
import org.jspecify.annotations.Nullable;

/** A headless Chromium, led through the DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final WebSocket socket;
    private final Listener listener = new Listener();
    private int commands;

    /** The browser of this machine, if there is one. */
    static Optional<Path> find() {
        List<String> folders = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it. */
    Browser(Path program, Path profile) throws Exception {
        var builder = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox", // in a container there is no user it could change to
                        "--disable-gpu",
                        "--hide-scrollbars",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Files.createDirectories(profile);
        builder.environment().put("TMPDIR", profile.toString());
        process = builder.start();
        String port = port(profile.resolve("DevToolsActivePort"));
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            Map<String, @Nullable Object> page = Values.object(Json.parse(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body()));
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(Values.text(page.get("webSocketDebuggerUrl"))), listener)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    private String port(Path file) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            if (Files.exists(file) && !Files.readAllLines(file).isEmpty()) {
                return Files.readAllLines(file).getFirst();
            }
            Thread.sleep(50);
        }
        throw new IOException("the browser did not start");
    }

    /** As wide as this, and light or dark. */
    void look(int width, int height, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /** Opens a page and waits until it is there. */
    void open(URI address) throws Exception {
        var loaded = listener.next("Page.loadEventFired");
        call("Page.navigate", Map.of("url", address.toString()));
        loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The value of an expression of JavaScript. */
    @Nullable
    Object value(String script) throws Exception {
        Map<String, @Nullable Object> answer =
                call("Runtime.evaluate", Map.of("expression", script, "returnByValue", true, "awaitPromise", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new AssertionError(script + ": " + answer.get("exceptionDetails"));
        }
        return Values.object(answer.get("result")).get("value");
    }

    /** Waits until an expression is true. */
    boolean becomes(String script, Duration patience) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            if (Boolean.TRUE.equals(value(script))) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }

    /** A PNG of what is seen. */
    byte[] screenshot() throws Exception {
        var answer = call("Page.captureScreenshot", Map.of("format", "png"));
        return Base64.getDecoder().decode(Values.text(answer.get("data")));
    }

    /** What went wrong so far, in the page's console and around it. */
    List<String> errors() {
        return List.copyOf(listener.errors);
    }

    /** Every address that was asked for so far. */
    List<String> requests() {
        return List.copyOf(listener.requests);
    }

    private Map<String, @Nullable Object> call(String method, Map<String, ?> parameters) throws Exception {
        var command = new LinkedHashMap<String, Object>();
        long id = ++commands;
        command.put("id", id);
        command.put("method", method);
        command.put("params", parameters);
        var answer = new CompletableFuture<Map<String, @Nullable Object>>();
        listener.answers.put(id, answer);
        socket.sendText(Json.write(command), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Map<String, @Nullable Object> message = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message.containsKey("error")) {
            throw new AssertionError(method + ": " + message.get("error"));
        }
        return Values.object(message.get("result"));
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final Map<Long, CompletableFuture<Map<String, @Nullable Object>>> answers = new ConcurrentHashMap<>();
        private final Map<String, List<CompletableFuture<?>>> waiting = new ConcurrentHashMap<>();
        private final List<String> errors = new CopyOnWriteArrayList<>();
        private final List<String> requests = new CopyOnWriteArrayList<>();

        CompletableFuture<?> next(String method) {
            var future = new CompletableFuture<@Nullable Void>();
            waiting.computeIfAbsent(method, _ -> new ArrayList<>()).add(future);
            return future;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                message(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void message(String json) {
            try {
                Map<String, @Nullable Object> message = Values.object(Json.parse(json));
                if (message.get("id") instanceof Long id) {
                    var answer = answers.remove(id);
                    if (answer != null) {
                        answer.complete(message);
                    }
                } else {
                    event(Values.text(message.get("method")), Values.object(message.get("params")));
                }
            } catch (FormatException e) {
                errors.add("not understood: " + e.getMessage());
            }
        }

        private void event(String method, Map<String, @Nullable Object> parameters) {
            switch (method) {
                case "Runtime.exceptionThrown" -> errors.add(parameters.toString());
                case "Runtime.consoleAPICalled" -> {
                    if (!"log".equals(parameters.get("type"))) {
                        errors.add(parameters.toString());
                    }
                }
                case "Log.entryAdded" -> errors.add(parameters.toString());
                case "Network.requestWillBeSent" ->
                    requests.add(
                            Values.text(Values.object(parameters.get("request")).get("url")));
                default -> {
                    // of no interest
                }
            }
            List<CompletableFuture<?>> futures = waiting.remove(method);
            if (futures != null) {
                futures.forEach(future -> future.complete(null));
            }
        }
    }
}
