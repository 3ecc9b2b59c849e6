package org.culebra.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** A whole page: parts below each other, one style sheet inside, nothing from elsewhere. */
final class Page {
    /** Even if something slipped through the escaping, the browser would not run it or ask anybody for it. */
    private static final String POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; ";

    private final String title;
    private final List<Part> sections = new ArrayList<>();

    /**
     * A piece with a name, which the live page replaces when its key changes.
     *
     * @param title of a section; empty of what is none
     * @param content all of its markup; empty if there is nothing to show
     */
    record Part(String tag, String id, String title, String key, String content) {
        private static Part of(String tag, String id, String title, String content) {
            if (content.isEmpty()) {
                return new Part(tag, id, title, "", "");
            }
            var crc = new CRC32C();
            crc.update(content.getBytes(StandardCharsets.UTF_8));
            String key = Long.toHexString(crc.getValue()) + Integer.toHexString(content.hashCode());
            String markup = "<%s id=\"%s\" data-key=\"%s\">%s</%s>\n".formatted(tag, id, key, content, tag);
            return new Part(tag, id, title, key, markup);
        }

        /** A section; an empty one if it has no content. */
        static Part section(String id, String heading, String content) {
            String title = new Html().element("h2", "", heading).toString();
            return of("section", id, heading, content.isEmpty() ? "" : title + content);
        }

        /** Its name and key alone, for a browser that has it. */
        private String mark() {
            return "<%s id=\"%s\" data-key=\"%s\"></%s>\n".formatted(tag, id, key, tag);
        }
    }

    Page(String title) {
        this.title = title;
    }

    /** Adds a section, unless it is empty. */
    Page section(String id, String heading, String content) {
        return add(Part.section(id, heading, content));
    }

    /** Adds a part, unless it is empty. */
    Page add(Part part) {
        if (!part.content().isEmpty()) {
            sections.add(part);
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
        parts(top).forEach(part -> html.raw(part.content()));
        html.raw("</main>\n<footer>")
                .text("Culebra · made " + Figures.time(Instant.now()))
                .raw("</footer>\n");
        return html.raw(script.isEmpty() ? "" : "<script>\n" + script + "</script>\n")
                .raw("</body>\n</html>\n")
                .toString();
    }

    /**
     * What a browser lacks of the page: all parts in their order, but those that it has empty.
     *
     * @param known the keys of those that it has, by their names
     */
    String changes(String top, Map<String, String> known) {
        var html =
                new Html().raw("<!DOCTYPE html>\n").element("title", "", title).raw("\n<main>\n");
        for (Part part : parts(top)) {
            html.raw(part.key().equals(known.get(part.id())) ? part.mark() : part.content());
        }
        return html.raw("</main>\n").toString();
    }

    private List<Part> parts(String top) {
        var parts = new ArrayList<Part>();
        parts.add(Part.of("header", "top", "", top));
        parts.add(Part.of("nav", "contents", "", contents()));
        parts.addAll(sections);
        return parts;
    }

    private String contents() {
        var html = new Html();
        for (Part section : sections) {
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
