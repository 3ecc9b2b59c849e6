package org.culebra.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
     * Writes the page into the run folder.
     *
     * @return where it is
     * @throws IOException if there is no such folder, or a file cannot be read or written
     */
    public static Path write(Path runFolder) throws IOException {
        Path file = runFolder.resolve(FILE);
        String page = render(RunFolder.read(runFolder));
        AtomicFile.write(file, page.getBytes(StandardCharsets.UTF_8));
        return file;
    }

    /**
     * The page as a text.
     *
     * @throws IOException if a picture cannot be read
     */
    public static String render(RunFolder run) throws IOException {
        return render(run, "");
    }

    static String render(RunFolder run, String script) throws IOException {
        var page = new Page(run.recipe() + " · " + run.name());
        page.section("warnings", "Warnings", HealthParts.warnings(run.health()));
        page.section("figures", "Figures", RunParts.headlines(run));
        page.section("curves", "Curves", CurveCharts.of(run.metrics()));
        page.section("confusion", "Confusion matrix", ConfusionPart.of(run));
        PictureParts.addTo(page, run.pictures());
        page.section("health", "Layers", HealthParts.layers(run.health()));
        page.section("events", "Events", RunParts.events(run.metrics()));
        page.section("results", "Results", RunParts.results(run.result()));
        page.section("configuration", "Configuration", RunParts.configuration(run));
        page.section("model", "Model and data", RunParts.model(run));
        page.section("timings", "Timings", RunParts.timings(run));
        page.section("environment", "Environment", RunParts.environment(run));
        return page.html(RunParts.top(run), script);
    }
}
