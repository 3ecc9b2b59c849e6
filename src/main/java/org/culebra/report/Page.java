package org.culebra.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A whole page: parts below each other, one style sheet inside, nothing from elsewhere. */
final class Page {
    /** Even if something slipped through the escaping, the browser would not run it or ask anybody for it. */
    private static final String POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; ";

    private final String title;
    private final List<Section> sections = new ArrayList<>();

    private record Section(String id, String title, String content) {}

    Page(String title) {
        this.title = title;
    }

    /** Adds a section, unless it is empty. */
    Page section(String id, String heading, String content) {
        if (!content.isEmpty()) {
            sections.add(new Section(id, heading, content));
        }
        return this;
    }

    /**
     * The page.
     *
     * @param top what stands above all sections
     * @param script one of ours, or empty
     */
    String html(String top, String script) {
        String policy = POLICY + (script.isEmpty() ? "" : "script-src 'unsafe-inline'; connect-src 'self'; ");
        var html = new Html()
                .raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy
                        + "base-uri 'none'; form-action 'none'\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n")
                .element("title", "", title)
                .raw("\n<style>\n" + resource("report.css") + "</style>\n</head>\n<body>\n<main>\n");
        html.raw(Html.part("header", "top", top)).raw(Html.part("nav", "contents", contents()));
        for (Section section : sections) {
            String heading = new Html().element("h2", "", section.title()).toString();
            html.raw(Html.part("section", section.id(), heading + section.content()));
        }
        html.raw("</main>\n<footer>")
                .text("Culebra · made " + Figures.time(Instant.now()))
                .raw("</footer>\n");
        return html.raw(script.isEmpty() ? "" : "<script>\n" + script + "</script>\n")
                .raw("</body>\n</html>\n")
                .toString();
    }

    private String contents() {
        var html = new Html();
        for (Section section : sections) {
            html.element("a", "href=\"#" + section.id() + "\"", section.title()).raw("\n");
        }
        return html.toString();
    }

    static String resource(String name) {
        try (var stream = Page.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks org/culebra/report/" + name + ": build it again");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
