package org.culebra.report;

import static org.culebra.report.RunFolder.ABOUT;
import static org.culebra.report.RunFolder.CONFIGURATION;
import static org.culebra.report.RunFolder.HEALTH;
import static org.culebra.report.RunFolder.METRICS;
import static org.culebra.report.RunFolder.RESULT;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.culebra.io.AtomicFile;

/**
 * The page of a run: one HTML file that needs nothing else, neither files nor the network, light or dark as the reader's system
 * is. Of a run that still goes on, or was killed, it shows what there is.
 */
public final class HtmlReport {
    /** The name of the file in the run folder. */
    public static final String FILE = "report.html";

    private HtmlReport() {}

    /**
     * Writes the page into the run folder, and those of its parts into theirs.
     *
     * @return where it is
     * @throws IOException if there is no such folder, or a file cannot be read or written
     */
    public static Path write(Path runFolder) throws IOException {
        Path file = runFolder.resolve(FILE);
        RunFolder run = RunFolder.read(runFolder);
        for (RunFolder part : run.parts()) {
            AtomicFile.write(part.path().resolve(FILE), render(part).getBytes(StandardCharsets.UTF_8));
        }
        AtomicFile.write(file, render(run).getBytes(StandardCharsets.UTF_8));
        return file;
    }

    /**
     * The page as a text.
     *
     * @throws IOException if a picture cannot be read
     */
    public static String render(RunFolder run) throws IOException {
        return page(run, new Memory(), true).html(RunParts.top(run), "");
    }

    /**
     * Everything below the top; what the memory has of it, of files that are as they were, is not made again.
     *
     * @param linked whether the pages of parts can be reached from this one
     */
    static Page page(RunFolder run, Memory memory, boolean linked) throws IOException {
        var page = new Page(run.recipe() + " · " + run.name());
        page.section("damages", "Damaged files", RunParts.damages(List.of(run)));
        section(page, memory, run, "warnings", "Warnings", () -> HealthParts.warnings(run.health()), HEALTH);
        section(page, memory, run, "figures", "Figures", () -> RunParts.headlines(run), METRICS, RESULT, ABOUT);
        page.section("parts", "Parts", PartsOfRun.table(run, linked)); // depends on the time
        section(page, memory, run, "curves", "Curves", () -> CurveCharts.of(run.metrics()), METRICS);
        List<RunFolder> parts = run.parts();
        List<String> figures = parts.stream()
                .flatMap(part -> part.stamps(METRICS, RESULT).stream())
                .toList();
        memory.parts("part-curves", figures, () -> List.of(PartsOfRun.curves(parts)))
                .forEach(page::add);
        section(page, memory, run, "confusion", "Confusion matrix", () -> ConfusionPart.of(run), RESULT, ABOUT);
        memory.parts("pictures", stamps(run.pictures()), () -> PictureParts.of(run.pictures()))
                .forEach(page::add);
        for (int i = 0; i < parts.size(); i++) {
            RunFolder part = parts.get(i);
            String id = "part-" + i;
            List<String> stamps = new ArrayList<>(part.stamps(METRICS, RESULT, ABOUT, HEALTH));
            stamps.addAll(stamps(part.pictures()));
            memory.parts(id, stamps, () -> List.of(PartsOfRun.section(id, part, parts.size())))
                    .forEach(page::add);
        }
        section(page, memory, run, "health", "Layers", () -> HealthParts.layers(run.health()), HEALTH);
        section(page, memory, run, "events", "Events", () -> RunParts.events(run.metrics()), METRICS);
        section(page, memory, run, "results", "Results", () -> RunParts.results(run.result()), RESULT);
        section(
                page,
                memory,
                run,
                "configuration",
                "Configuration",
                () -> RunParts.configuration(run),
                CONFIGURATION,
                ABOUT);
        section(page, memory, run, "model", "Model and data", () -> RunParts.model(run), ABOUT);
        page.section("timings", "Timings", RunParts.timings(run)); // depends on the time
        section(page, memory, run, "environment", "Environment", () -> RunParts.environment(run), ABOUT);
        return page;
    }

    private static List<String> stamps(List<Picture> pictures) {
        return pictures.stream()
                .map(each -> each + " " + RunFolder.stamp(each.file()))
                .toList();
    }

    private static void section(
            Page page, Memory memory, RunFolder run, String id, String title, Supplier<String> content, String... files)
            throws IOException {
        memory.parts(id, run.stamps(files), () -> List.of(Page.Part.section(id, title, content.get())))
                .forEach(page::add);
    }

    /** The parts of a page that were made last, each with the state of the files that it was made of. */
    static final class Memory {
        private record Made(List<String> stamps, List<Page.Part> parts) {}

        private final Map<String, Made> made = new HashMap<>();

        /** Makes parts. */
        private interface Maker {
            List<Page.Part> make() throws IOException;
        }

        private List<Page.Part> parts(String id, List<String> stamps, Maker maker) throws IOException {
            Made known = made.get(id);
            if (known != null && known.stamps.equals(stamps)) {
                return known.parts;
            }
            List<Page.Part> parts = maker.make();
            made.put(id, new Made(stamps, parts));
            return parts;
        }
    }
}
