package org.culebra.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a run.
 *
 * @param file a PNG file in the run's own folder of pictures
 * @param step the step it was made at; -1 if it has none
 */
public record Picture(Path file, String group, String caption, long step) {
    /** Those of an index whose files are there. */
    static List<Picture> all(Path folder, @Nullable Object index) throws IOException {
        var pictures = new ArrayList<Picture>();
        for (Object entry : Values.list(index)) {
            Map<String, @Nullable Object> members = Values.object(entry);
            Path file = inside(folder, Values.text(members.get("file")));
            if (file != null) {
                double step = Values.number(members.get("step"));
                pictures.add(new Picture(
                        file,
                        Values.text(members.get("group")),
                        Values.text(members.get("caption")),
                        Double.isNaN(step) ? -1 : (long) step));
            }
        }
        return List.copyOf(pictures);
    }

    /** An index must not name files outside: a page with them in it would carry them away. */
    private static @Nullable Path inside(Path folder, String name) throws IOException {
        try {
            Path file = folder.resolve(name);
            boolean inside = Files.isRegularFile(file) && file.toRealPath().startsWith(folder.toRealPath());
            return inside ? file : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
