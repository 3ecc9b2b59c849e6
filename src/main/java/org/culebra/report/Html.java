package org.culebra.report;

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
