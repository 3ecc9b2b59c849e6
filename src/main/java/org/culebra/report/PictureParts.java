package org.culebra.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pictures of a run, group by group, inside the page. */
final class PictureParts {
    private static final Map<String, String> TITLES = Map.of(
            "mistakes",
            "Worst mistakes",
            "filters",
            "First-layer filters",
            "samples",
            "Samples",
            "progress",
            "Progress",
            "plots",
            "Plots");

    /** A page beyond this is slow to open. */
    private static final long MOST_BYTES = 48L << 20;

    /** Smaller ones are enlarged by whole factors up to about this width. */
    private static final int SMALL = 112;

    /** So small are the filters of a first layer: there are many of them, and no detail. */
    private static final int TINY = 12;

    private PictureParts() {}

    /** A section for each group. */
    static List<Page.Part> of(List<Picture> pictures) throws IOException {
        var sections = new ArrayList<Page.Part>();
        var room = new Room(MOST_BYTES);
        int number = 0;
        for (var group : groups(pictures).entrySet()) {
            sections.add(Page.Part.section(
                    "pictures-" + number++, title(group.getKey()), figures(group.getValue(), "pictures", room)));
        }
        return sections;
    }

    /**
     * A row for each group that takes no more than a screen, the latest of its progress first.
     *
     * @param sharing how many such shares there are on the page
     */
    static String strips(List<Picture> pictures, int sharing) throws IOException {
        var room = new Room(MOST_BYTES / sharing);
        var html = new Html();
        for (var group : groups(pictures).entrySet()) {
            boolean overTime = group.getKey().equals("progress");
            List<Picture> ordered = overTime ? group.getValue().reversed() : group.getValue();
            String strip = figures(ordered, "pictures strip scroll", room);
            if (!strip.isEmpty()) {
                html.element("h3", "", overTime ? "Progress, the latest first" : title(group.getKey()))
                        .raw(strip);
            }
        }
        return html.toString();
    }

    private static Map<String, List<Picture>> groups(List<Picture> pictures) {
        var groups = new LinkedHashMap<String, List<Picture>>();
        for (String first : List.of("mistakes", "filters", "samples", "progress", "plots")) {
            groups.put(first, new ArrayList<>());
        }
        for (Picture picture : pictures) {
            groups.computeIfAbsent(picture.group(), _ -> new ArrayList<>()).add(picture);
        }
        return groups;
    }

    private static String title(String group) {
        String title = TITLES.getOrDefault(group, Figures.title(group));
        return title.isEmpty() ? "Pictures" : title;
    }

    /** What a page can still take. */
    private static final class Room {
        private long bytes;

        Room(long bytes) {
            this.bytes = bytes;
        }

        boolean take(byte[] file) {
            boolean fits = file.length <= bytes;
            bytes -= fits ? file.length : 0;
            return fits;
        }
    }

    private static String figures(List<Picture> pictures, String style, Room room) throws IOException {
        var html = new Html();
        int left = 0;
        for (Picture picture : pictures) {
            byte[] file = read(picture);
            Png png = Png.of(file);
            if (!room.take(file)) {
                left++;
            } else if (png != null) {
                figure(html, picture, png, file);
            }
        }
        String more = left == 0 ? "" : "<p class=\"hint\">" + left + " more in the run folder.</p>";
        String tab = style.contains("scroll") ? " tabindex=\"0\"" : "";
        return html.isEmpty() ? more : "<div class=\"" + style + "\"" + tab + ">" + html + "</div>" + more;
    }

    /** Nothing, if it went away since the folder was read. */
    private static byte[] read(Picture picture) throws IOException {
        try {
            return Files.readAllBytes(picture.file());
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    private static int enlargement(int width) {
        int wanted = width <= TINY ? SMALL / 2 : SMALL;
        return width < wanted ? Math.round((float) wanted / width) : 1;
    }

    private static void figure(Html html, Picture picture, Png png, byte[] file) {
        int factor = enlargement(png.width());
        int width = factor * png.width();
        html.raw("<figure" + (png.width() <= TINY ? " class=\"tiny\"" : "") + " style=\"width:" + width + "px\"><img"
                + (factor > 1 ? " class=\"pixels\"" : "") + " width=\"" + width + "\" height=\"" + factor * png.height()
                + "\" decoding=\"async\" alt=\"");
        html.text(picture.caption()).raw("\" src=\"data:image/png;base64,");
        html.raw(Base64.getEncoder().encodeToString(file)).raw("\">");
        if (!picture.caption().isEmpty() || picture.step() >= 0) {
            html.raw("<figcaption>").text(picture.caption());
            if (picture.step() >= 0) {
                html.raw(" ").element("span", "class=\"at\"", "step " + Figures.count(picture.step()));
            }
            html.raw("</figcaption>");
        }
        html.raw("</figure>");
    }
}
