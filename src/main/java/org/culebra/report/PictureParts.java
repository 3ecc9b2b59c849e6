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
        var groups = new LinkedHashMap<String, List<Picture>>();
        for (String first : List.of("mistakes", "filters", "samples", "progress", "plots")) {
            groups.put(first, new ArrayList<>());
        }
        for (Picture picture : pictures) {
            groups.computeIfAbsent(picture.group(), _ -> new ArrayList<>()).add(picture);
        }
        long room = MOST_BYTES;
        int number = 0;
        for (var group : groups.entrySet()) {
            var html = new Html();
            int left = 0;
            for (Picture picture : group.getValue()) {
                byte[] file = read(picture);
                Png png = Png.of(file);
                boolean fits = file.length <= room;
                left += fits ? 0 : 1;
                if (png != null && fits) {
                    room -= file.length;
                    figure(html, picture, png, file);
                }
            }
            String title = TITLES.getOrDefault(group.getKey(), Figures.title(group.getKey()));
            String more = left == 0 ? "" : "<p class=\"hint\">" + left + " more in the run folder.</p>";
            sections.add(Page.Part.section(
                    "pictures-" + number++,
                    title.isEmpty() ? "Pictures" : title,
                    html.isEmpty() ? more : "<div class=\"pictures\">" + html + "</div>" + more));
        }
        return sections;
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
