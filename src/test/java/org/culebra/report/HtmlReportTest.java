package org.culebra.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.culebra.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pages say; how they look is up to {@link BrowserTest}. */
class HtmlReportTest {
    private static final String EVIL = "</script><script>alert(1)</script><img src=x onerror='a'>\"&";

    @TempDir
    Path folder;

    private static List<String> sections(String page) {
        return Pattern.compile("<section id=\"([^\"]+)\"")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void aFinishedRunHasEverySection() throws IOException {
        Path file = HtmlReport.write(RunFixtures.finished(folder, 1e-3));
        assertEquals(folder.resolve("report.html"), file);
        String page = Files.readString(file);
        assertEquals(
                List.of(
                        "warnings",
                        "figures",
                        "curves",
                        "confusion",
                        "pictures-0",
                        "pictures-1",
                        "health",
                        "events",
                        "results",
                        "configuration",
                        "model",
                        "timings",
                        "environment"),
                sections(page));
        assertTrue(page.contains("<dt>test accuracy</dt><dd>91.52\u202f%</dd>"), "headline");
        assertTrue(page.contains("Passes over the training data."), "help of an option");
        assertTrue(page.contains("Shirt, taken for Coat (99 %)"), "caption");
        assertTrue(page.contains(">0.0008</span>"), "a tick in the form of its axis, without idle zeros");
        assertFalse(page.contains("<script"), "a report on its own needs no script");
    }

    @Test
    void partsAreSeenInTheWhole() throws IOException {
        Path file = HtmlReport.write(RunFixtures.parts(folder));
        String page = Files.readString(file);
        assertEquals(
                List.of(
                        "figures",
                        "parts",
                        "part-curves",
                        "part-0",
                        "results",
                        "configuration",
                        "model",
                        "environment"),
                sections(page));
        assertTrue(
                page.contains("<a href=\"parts/samples/report.html\">samples</a></th><td>finished</td>"), "the first");
        assertTrue(page.contains("too-fast</a></th><td>diverged</td>"), "the second");
        assertTrue(page.contains("<th scope=\"row\">last</th><td class=\"none\">to come</td>"), "the third");
        assertTrue(page.contains("Progress, the latest first"), "its pictures");
        assertTrue(page.indexOf("step 2400</span>") < page.indexOf("step 300</span>"), "the latest first");
        assertTrue(page.contains("<h3>Methods</h3>") && page.contains("<th class=\"n\">good share</th>"), "a table");
        assertTrue(page.contains("</i>samples</span>"), "a curve is named even where it is the only one");
        assertFalse(page.contains("</i>too-fast</span>"), "what diverged would flatten the others");
        assertTrue(sections(Files.readString(folder.resolve("parts/samples/report.html")))
                .contains("health"));

        Files.delete(folder.resolve("result.json"));
        page = HtmlReport.render(RunFolder.read(folder));
        assertTrue(page.contains("part 2 of 3, too-fast: step 400 of "), "progress");
    }

    @Test
    void whatIsNotThereHasNoSection() throws IOException {
        String page = HtmlReport.render(RunFolder.read(folder));
        assertEquals(List.of(), sections(page));
        assertTrue(page.contains("not finished"));
    }

    @Test
    void aKilledRunSaysHowFarItCame() throws IOException {
        String page = HtmlReport.render(RunFolder.read(RunFixtures.killed(folder)));
        assertTrue(page.contains("not finished</span>"), "state");
        assertTrue(page.contains("step 690 of 1800 · last sign of life 27 November 2026, 05:58 UTC"), "progress");
        assertTrue(page.contains("still to go, at this pace"), "timings");
    }

    @Test
    void lossesThatAreNotFiniteAreSaid() throws IOException {
        String page = HtmlReport.render(RunFolder.read(RunFixtures.diverged(folder)));
        assertTrue(page.contains("not finite in 16 of 40 values, first at step 250"), "in words");
        assertTrue(page.contains("<dd>not finite</dd>"), "as a headline");
        assertFalse(page.contains("NaN"), "nowhere as a coordinate or a number");
        assertFalse(page.contains("Infinity"), "nowhere as a coordinate or a number");
    }

    @Test
    void everyTextIsEscaped() throws IOException {
        Files.createDirectories(folder.resolve("pictures"));
        Files.write(folder.resolve("pictures/a.png"), RunFixtures.png(RunFixtures.garment(new java.util.Random(1))));
        String evil = Json.write(EVIL);
        Files.writeString(
                folder.resolve("pictures/index.json"),
                "[{\"file\": \"a.png\", \"group\": %1$s, \"caption\": %1$s}]".formatted(evil));
        Files.writeString(folder.resolve("run.json"), """
                {"recipe": %1$s, "description": %1$s, "started": %1$s, "model": %1$s, "data": %1$s, "classes": [%1$s, %1$s],
                 "environment": {%1$s: %1$s}, "options": {%1$s: {"value": %1$s, "help": %1$s}}}""".formatted(evil));
        Files.writeString(
                folder.resolve("result.json"),
                "{%1$s: %1$s, \"l\": [%1$s], \"confusion\": [[1, 2], [3, 4]]}".formatted(evil));
        Files.writeString(folder.resolve("metrics.jsonl"), """
                {"kind": "event", "step": 1, "text": %1$s}
                {"kind": "epoch", "step": 1, "epoch": 1, %1$s: 3}
                {"kind": "epoch", "step": 2, "epoch": 2, %1$s: null}
                """.formatted(evil));
        Files.writeString(folder.resolve("health.jsonl"), """
                {"step": 1, "layer": %1$s, "type": %1$s, "mean": 1}
                {"step": 1, "warning": %1$s}
                """.formatted(evil));
        Files.writeString(folder.resolve("config.properties"), "a=" + EVIL.replace("\\", "\\\\"));
        RunFolder run = RunFolder.read(folder);
        for (String page : List.of(HtmlReport.render(run), RunComparison.render(List.of(run, run)))) {
            assertFalse(page.contains("<script"), "no tag comes through");
            assertFalse(page.contains("<img src=x"), "no tag comes through");
            assertFalse(page.contains("onerror='"), "no quote comes through");
            assertTrue(page.contains("&lt;script&gt;alert(1)"), "but the text is there");
        }
        assertEquals("a\ufffdb &amp; \ufffd😀", Html.escape("a\u0000b & \ud83d😀"));
    }

    @Test
    void theConfusionMatrixHasRecallAndPrecision() throws IOException {
        Files.writeString(folder.resolve("run.json"), "{\"classes\": [\"cat\", \"dog\"]}");
        Files.writeString(folder.resolve("result.json"), "{\"confusion\": [[3, 1], [0, 0]]}");
        String page = HtmlReport.render(RunFolder.read(folder));
        assertTrue(
                page.contains("<th scope=\"row\">cat</th><td class=\"hit\" style=\"--a:0.413\">3</td>"
                        + "<td class=\"miss\" style=\"--a:0.375\">1</td><td class=\"sum\">75.0\u202f%</td>"),
                page);
        assertTrue(
                page.contains(
                        "<td class=\"sum\">100.0\u202f%</td><td class=\"sum\">0.0\u202f%</td><td class=\"sum\">75.0\u202f%</td>"),
                page);
        Files.writeString(folder.resolve("result.json"), "{\"confusion\": [[3, 1], [0]]}");
        String broken = HtmlReport.render(RunFolder.read(folder));
        assertFalse(sections(broken).contains("confusion"), "a matrix that is not square is none");
    }

    @Test
    void figuresShareAChartWhereTheyAreCompared() {
        var groups = CurveCharts.groups(List.of(
                "learning_rate",
                "examples_per_second",
                "loss",
                "validation_loss",
                "generator_loss",
                "perplexity",
                "validation_accuracy",
                "discriminator_loss"));
        assertEquals(
                "{Loss=[loss, validation_loss], Accuracy=[validation_accuracy], Losses=[generator_loss, discriminator_loss], "
                        + "Perplexity=[perplexity], Learning rate=[learning_rate], Examples per second=[examples_per_second]}",
                groups.toString());
    }

    @Test
    void comparedRunsShowTheBestAndWhatDiffers() throws IOException {
        Path first = RunFixtures.finished(folder.resolve("a/run"), 1e-3);
        Path second = RunFixtures.finished(folder.resolve("b/run"), 1e-4);
        Path html = folder.resolve("comparison.html");
        RunComparison.write(List.of(first, second), html);
        String page = Files.readString(html);
        assertEquals(List.of("final", "curves", "configuration", "runs"), sections(page));
        assertTrue(page.contains("</i></span>a/run</th>"), "names that can be told apart");
        assertTrue(
                page.contains(
                        "<th scope=\"row\">learning-rate</th><td class=\"n\">0.001</td><td class=\"n\">1.0E-4</td>"),
                "what differs");
        assertFalse(page.contains("<th scope=\"row\">batch-size</th>"), "what does not");
        assertTrue(Pattern.compile("<th scope=\"row\">loss</th><td class=\"n best\">[0-9.]+</td><td class=\"n\">")
                .matcher(page)
                .find());
        var none = assertThrows(IllegalArgumentException.class, () -> RunComparison.write(List.of(), html));
        assertEquals("compare: no runs; name at least one run folder", none.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "83466 | 83_466",
                "1800 | 1800",
                "0.2437 | 0.2437",
                "-1.5 | −1.5",
                "1e-4 | 10⁻⁴",
                "-0.00032 | −3.2×10⁻⁴",
                "2433.3 | 2433",
                "1234567.8 | 1_234_568",
                "2e12 | 2×10¹²",
                "NaN | –"
            })
    void numbersReadWell(double value, String text) {
        assertEquals(text.replace('_', '\u202f'), Figures.number(value, 4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0.42 | 0.42_s", "59 | 59_s", "744.2 | 12_min 24_s", "3841 | 1_h 4_min", "-1 | –", "NaN | –"})
    void durationsReadWell(double seconds, String text) {
        assertEquals(text.replace('_', '\u202f'), Figures.duration(seconds));
    }

    @Test
    void scalesHaveAFewRoundTicksInside() {
        for (double[] range : new double[][] {
            {0, 1}, {.02, 2.3}, {-3, 5}, {1e-6, 1}, {.1, 30}, {7, 7}, {0, 0}, {-2e9, 1e9}, {1e-12, 3e-12}
        }) {
            Scale scale = Scale.roomy(range);
            String what = Arrays.toString(range) + ": " + scale;
            assertTrue(scale.ticks().size() >= 2 && scale.ticks().size() <= 8, what);
            for (double tick : scale.ticks()) {
                assertTrue(scale.at(tick) > -1e-6 && scale.at(tick) < 1 + 1e-6, what);
            }
            assertTrue(scale.at(range[0]) >= 0 && scale.at(range[1]) <= 1, what);
        }
        assertTrue(Scale.roomy(new double[] {1e-6, 1}).logarithmic());
        assertFalse(Scale.roomy(new double[] {0, 1000}).logarithmic());
        assertEquals(List.of(59.0, 60.0, 61.0), Scale.tight(60, 60).ticks());
    }

    @Test
    void thinnedCurvesKeepTheirExtremesAndGaps() {
        double[] x = DoubleStream.iterate(0, v -> v + 1).limit(10_000).toArray();
        double[] y = Arrays.stream(x).map(v -> Math.sin(v / 50)).toArray();
        y[1234] = 17;
        y[4321] = -9;
        y[7777] = Double.NaN;
        Points thin = new Points(x, y).thin(600);
        assertTrue(thin.size() <= 600, () -> thin.size() + " points");
        assertEquals(17, thin.finite().max().orElseThrow());
        assertEquals(-9, thin.finite().min().orElseThrow());
        assertEquals(1, thin.broken());
        for (int i = 1; i < thin.size(); i++) {
            assertTrue(thin.x()[i] > thin.x()[i - 1], "in order");
        }
    }

    @Test
    void smoothingStartsAtTheFirstValueAndPassesOverGaps() {
        double[] x = DoubleStream.iterate(0, v -> v + 1).limit(400).toArray();
        double[] y = new double[400];
        Arrays.fill(y, 3);
        y[5] = Double.NaN;
        Points smooth = new Points(x, y).smooth();
        assertEquals(3, smooth.y()[0], 1e-12);
        assertTrue(Double.isNaN(smooth.y()[5]));
        assertEquals(3, smooth.last(), 1e-12);
    }
}
