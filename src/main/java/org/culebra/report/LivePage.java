package org.culebra.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The page of a run, served to browsers on this machine while the run goes on; its parts are replaced as the files grow.
 * A part is made again only when a file that it shows has changed, once for all browsers, and sent only to those that lack it.
 *
 * <p>It listens on the loopback address only, answers {@code GET} of three addresses, none of which is a file's name, and refuses
 * requests in any host's name but {@code localhost}, {@code 127.0.0.1} and {@code [::1]}: a page from elsewhere whose name was
 * bent to this machine (DNS rebinding) reads nothing. Its threads never keep the process alive.
 */
public final class LivePage implements AutoCloseable {
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int MOST_PORT = 65_535;
    private static final int MOST_WATCHERS = 64;

    private final Path run;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor(); // daemons, all of them
    private final RunWatch watch;
    private final ReentrantLock making = new ReentrantLock();
    private final HtmlReport.Memory memory = new HtmlReport.Memory();
    private @Nullable RunFolder before;

    private LivePage(Path run, HttpServer server) throws IOException {
        this.run = run;
        this.server = server;
        watch = new RunWatch(run);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, this::page));
        server.createContext("/parts", exchange -> answer(exchange, this::parts));
        server.createContext("/events", exchange -> answer(exchange, this::events));
    }

    /**
     * Serves the page of a run folder.
     *
     * @param port 0 for any that is free
     * @throws IOException with one sentence, if the port is in use or there is no such folder
     * @throws IllegalArgumentException if there is no such port
     */
    public static LivePage open(Path run, int port) throws IOException {
        if (port < 0 || port > MOST_PORT) {
            throw new IllegalArgumentException(
                    "live page: port " + port + " is not in 0 … " + MOST_PORT + "; 0 is any that is free");
        }
        RunFolder.read(run);
        HttpServer server = bind(port);
        try {
            var page = new LivePage(run, server);
            onDaemon(() -> {
                server.start(); // its own thread is a daemon if this one is
                return server;
            });
            return page;
        } catch (IOException | RuntimeException e) {
            server.stop(0);
            throw e;
        }
    }

    /**
     * Tries a port, before there is a run to show.
     *
     * @throws IOException if nothing can be served there
     */
    public static void requireFree(int port) throws IOException {
        // Not an HttpServer: one that never ran keeps its port.
        try (var socket = new ServerSocket()) {
            socket.bind(loopback(port));
        } catch (BindException e) {
            throw refused(port, e);
        }
    }

    private static HttpServer bind(int port) throws IOException {
        try {
            return HttpServer.create(loopback(port), 0);
        } catch (BindException e) {
            throw refused(port, e);
        }
    }

    private static InetSocketAddress loopback(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1}), port);
    }

    private static IOException refused(int port, BindException failure) {
        String reason = String.valueOf(failure.getMessage());
        return new IOException(
                reason.contains("in use")
                        ? "port " + port + " is in use: choose another, or 0 for any that is free"
                        : "cannot listen on port " + port + ": " + reason,
                failure);
    }

    private static void onDaemon(Callable<?> work) throws IOException {
        var done = new CompletableFuture<Object>();
        Thread.ofPlatform().daemon().name("culebra-live-page").start(() -> {
            try {
                work.call();
                done.complete(work);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.join();
        } catch (CompletionException e) {
            throw new IOException("the live page cannot start: " + e.getCause(), e);
        }
    }

    /** Where it is served. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Something that answers. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            var headers = exchange.getResponseHeaders();
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("X-Frame-Options", "DENY");
            if (!isOurs(exchange.getRequestHeaders().get("Host"))) {
                refuse(exchange, 403, "This page is for localhost only.");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                headers.set("Allow", "GET");
                refuse(exchange, 405, "This page can only be read.");
            } else if (!exchange.getRequestURI()
                    .getPath()
                    .equals(exchange.getHttpContext().getPath())) {
                refuse(exchange, 404, "There is only one page here: /");
            } else {
                answer.to(exchange);
            }
        }
    }

    /** Exactly one name, with or without a port. */
    private static boolean isOurs(@Nullable List<String> hosts) {
        if (hosts == null || hosts.size() != 1) {
            return false;
        }
        String name = hosts.getFirst().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
        return HOSTS.contains(name);
    }

    private static void refuse(HttpExchange exchange, int status, String sentence) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", sentence + "\n");
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, exchange.getRequestMethod().equals("HEAD") ? -1 : bytes.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        String script = Page.resource("live.js");
        show(exchange, (page, top) -> page.html(top, script));
    }

    /** What the browser lacks: {@code /parts?figures=KEY&curves=KEY…} says what it has. */
    private void parts(HttpExchange exchange) throws IOException {
        Map<String, String> known = query(exchange.getRequestURI().getRawQuery());
        show(exchange, (page, top) -> page.changes(top, known));
    }

    private static Map<String, String> query(@Nullable String text) {
        var values = new HashMap<String, String>();
        for (String pair : text == null ? new String[0] : text.split("&", -1)) {
            int sign = pair.indexOf('=');
            if (sign > 0) {
                values.put(pair.substring(0, sign), pair.substring(sign + 1));
            }
        }
        return values;
    }

    private void show(HttpExchange exchange, BiFunction<Page, String, String> view) throws IOException {
        String shown;
        making.lock();
        try {
            long start = System.nanoTime();
            RunFolder now = RunFolder.read(run, before);
            before = now;
            shown = view.apply(HtmlReport.page(now, memory, false), RunParts.top(now));
            watch.took(System.nanoTime() - start);
        } catch (IOException e) {
            refuse(exchange, 503, "The run cannot be read: " + e.getMessage());
            return;
        } finally {
            making.unlock();
        }
        send(exchange, 200, "text/html; charset=utf-8", shown);
    }

    /** Server-sent events: one for each growth, and first one for what grew between the page and this. */
    private void events(HttpExchange exchange) throws IOException {
        if (!watch.enter(MOST_WATCHERS)) {
            refuse(exchange, 503, "Too many pages follow this run.");
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            var out = exchange.getResponseBody();
            long seen = -1;
            while (!watch.isClosed()) {
                long version = watch.awaitAfter(seen);
                String event = watch.isClosed()
                        ? "event: end\ndata:\n\n"
                        : version == seen ? ": still here\n\n" : "event: grown\ndata: " + version + "\n\n";
                out.write(event.getBytes(StandardCharsets.UTF_8));
                out.flush();
                seen = version;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watch.leave();
        }
    }

    /** Tells the browsers that no more will come, and is gone within a second. */
    @Override
    public void close() {
        watch.close();
        threads.shutdown();
        try {
            boolean _ = threads.awaitTermination(1, TimeUnit.SECONDS); // or a browser sees its stream of events cut off
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
