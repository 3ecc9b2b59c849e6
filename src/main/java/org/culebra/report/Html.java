package org.culebra.report;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** A piece of a page being written. Whatever comes from a file goes through {@link #escape}. */
final class Html {
    private final StringBuilder page = new StringBuilder();

    /** Markup of our own. */
    Html raw(String markup) {
        page.append(markup);
        return this;
    }

    /** Anything. */
    Html text(String text) {
        page.append(escape(text));
        return this;
    }

    /** {@code <tag attributes>text</tag>}; the attributes are markup of our own. */
    Html element(String tag, String attributes, String text) {
        page.append('<').append(tag).append(attributes.isEmpty() ? "" : " ").append(attributes);
        page.append('>').append(escape(text)).append("</").append(tag).append('>');
        return this;
    }

    boolean isEmpty() {
        return page.isEmpty();
    }

    @Override
    public String toString() {
        return page.toString();
    }

    /** A piece with a name, which the live page replaces when its key changes; nothing at all if the piece is empty. */
    static String part(String tag, String id, String content) {
        if (content.isEmpty()) {
            return "";
        }
        var crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.UTF_8));
        String key = Long.toHexString(crc.getValue()) + Integer.toHexString(content.hashCode());
        return "<%s id=\"%s\" data-key=\"%s\">%s</%s>\n".formatted(tag, id, key, content, tag);
    }

    /** Safe between tags and in quoted attributes; characters that HTML cannot hold are replaced. */
    static String escape(String text) {
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> {
                    boolean control = Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r';
                    boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
                    safe.appendCodePoint(control || lone ? 0xfffd : c);
                }
            }
        });
        return safe.toString();
    }
}
