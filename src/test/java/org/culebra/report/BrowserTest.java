package org.culebra.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in a real browser, where there is one. */
class BrowserTest {
    private static final String NARROW_ENOUGH = """
            [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') && !e.closest('nav') && !e.closest('svg'))
                .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                    || e.getBoundingClientRect().left < -1)
                .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40)).join('; ')""";

    private static Browser browser;
    private static Path runs;

    private int errorsBefore;
    private int requestsBefore;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        var program = Browser.find();
        assumeTrue(program.isPresent(), "no chromium, chromium-browser or google-chrome on the path");
        runs = folder.resolve("runs");
        RunFixtures.main(new String[] {runs.toString()});
        browser = new Browser(program.get(), folder.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void count() {
        errorsBefore = browser.errors().size();
        requestsBefore = browser.requests().size();
    }

    private List<String> errors() {
        return browser.errors().subList(errorsBefore, browser.errors().size());
    }

    private List<String> requests() {
        return browser.requests().subList(requestsBefore, browser.requests().size());
    }

    /** How light a colour is, from 0 to 255. */
    private static double grey(String element, String colour) throws Exception {
        return Values.number(browser.value("getComputedStyle(" + element + ")." + colour
                + ".match(/[0-9]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3"));
    }

    @ParameterizedTest
    @CsvSource({
        "fashion-cnn/report, 1280, false",
        "fashion-cnn/report, 1280, true",
        "fashion-cnn/report, 400, false",
        "fashion-killed/report, 400, true",
        "dcgan/report, 400, false",
        "resnet-60/report, 400, false",
        "resnet-60/report, 900, true",
        "diverged/report, 400, true",
        "diverged/report, 1280, false",
        "parts/report, 400, false",
        "parts/report, 1280, true",
        "comparison, 400, true",
        "comparison, 1280, false"
    })
    void pagesFitAndAskNobody(String name, int width, boolean dark) throws Exception {
        browser.look(width, 900, dark);
        Path file = runs.resolve(name + ".html");
        browser.open(file.toUri());

        assertEquals("", browser.value(NARROW_ENOUGH), "elements that are wider than the page");
        assertEquals((long) width, browser.value("document.documentElement.scrollWidth"));
        assertEquals(List.of(), errors());
        List<String> elsewhere = requests().stream()
                .filter(url ->
                        !url.startsWith("data:") && !url.equals(file.toUri().toString()))
                .toList();
        assertEquals(List.of(), elsewhere);
        double light = grey("document.body", "backgroundColor");
        assertTrue(dark ? light < 60 : light > 200, () -> "background " + light);
        double line = grey("document.querySelector('.chart .line')", "stroke");
        assertTrue(Math.abs(line - light) > 60, () -> "a line of " + line + " on " + light);
    }

    @Test
    void theSectionsAreThereAndDrawn() throws Exception {
        browser.look(1280, 900, false);
        browser.open(runs.resolve("fashion-cnn/report.html").toUri());
        assertEquals(
                "warnings figures curves confusion pictures-0 pictures-1 health events results configuration model timings environment",
                browser.value("[...document.querySelectorAll('section')].map(s => s.id).join(' ')"));
        assertEquals(true, browser.value("[...document.querySelectorAll('section')].every(s => s.clientHeight > 40)"));
        assertEquals(
                true,
                browser.value(
                        "[...document.querySelectorAll('.plot svg')].every(s => s.clientHeight > 150 && s.clientWidth > 300)"));
        assertEquals(4L, browser.value("document.querySelectorAll('.chart').length"));
        assertEquals(100L, browser.value("document.querySelectorAll('.matrix tbody td:not(.sum)').length"));
        assertEquals(true, browser.value("""
                Promise.all([...document.images].map(i => i.decode())).then(() => [...document.images].every(i => i.naturalWidth > 0))"""));
        assertEquals(44L, browser.value("document.images.length"));
        assertEquals(true, browser.value("""
                [...document.querySelectorAll('nav a')].every(a => document.querySelector(a.getAttribute('href')))"""));
    }

    /** Labels of one axis that lie on each other cannot be read. */
    @ParameterizedTest
    @CsvSource({"fashion-cnn, 400", "diverged, 400", "dcgan, 1280", "resnet-60, 800", "parts, 400"})
    void labelsDoNotOverlap(String run, int width) throws Exception {
        browser.look(width, 900, false);
        browser.open(runs.resolve(run + "/report.html").toUri());
        assertEquals("", browser.value("""
                [...document.querySelectorAll('.plot')].flatMap(plot => ['.x', '.y'].flatMap(axis => {
                  const boxes = [...plot.querySelectorAll(axis)].map(e => [e.textContent, e.getBoundingClientRect()]);
                  return boxes.flatMap(([a, r], i) => boxes.slice(i + 1).filter(([b, s]) =>
                    r.left < s.right && s.left < r.right && r.top < s.bottom && s.top < r.bottom).map(([b]) => a + ' on ' + b));
                })).join('; ')"""));
    }

    @Test
    void theLivePageShowsWhatIsNewWhereTheReaderIs() throws Exception {
        Path run = RunFixtures.killed(runs.resolveSibling("live"));
        browser.look(600, 700, false);
        try (var page = LivePage.open(run, 0)) {
            browser.open(page.address());
            assertEquals(true, browser.value("document.querySelector('#figures').textContent.includes('690')"));
            browser.value("document.querySelector('#configuration').scrollIntoView()");
            browser.value(
                    "document.querySelector('.layers').parentElement.scrollLeft = 77; window.mark = 'the same page'");
            Object before =
                    browser.value("Math.round(document.querySelector('#configuration').getBoundingClientRect().top)");
            assertNotEquals(0L, browser.value("Math.round(scrollY)"));

            // ends the broken line, and is a chart more above the place that is read
            var lines = new ArrayList<String>(List.of(""));
            for (int step = 700; step <= 720; step += 10) {
                lines.add("{\"kind\": \"step\", \"step\": " + step
                        + ", \"epoch\": 12, \"seconds\": 300, \"loss\": 0.1234, \"perplexity\": 3}");
            }
            Files.write(run.resolve("metrics.jsonl"), lines, StandardOpenOption.APPEND);

            assertTrue(browser.becomes(
                    "document.querySelector('#figures').textContent.includes('720')"
                            + " && document.querySelector('#curves').textContent.includes('Perplexity')",
                    Duration.ofSeconds(8)));
            assertEquals("the same page", browser.value("window.mark"));
            assertEquals(
                    before,
                    browser.value("Math.round(document.querySelector('#configuration').getBoundingClientRect().top)"));
            assertEquals(77L, browser.value("document.querySelector('.layers').parentElement.scrollLeft"));
            String host = page.address().toString();
            assertEquals(
                    List.of(),
                    requests().stream()
                            .filter(url -> !url.startsWith("data:") && !url.startsWith(host))
                            .toList());
        }
        assertTrue(
                browser.becomes("document.querySelector('#figures') !== null", Duration.ofSeconds(2)),
                "what is shown stays");
        assertEquals(List.of(), errors());
    }

    /** For the eye: target/…/report-pictures. */
    @Test
    void picturesAreTaken() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "report-pictures"));
        for (boolean dark : new boolean[] {false, true}) {
            browser.look(1280, 1600, dark);
            browser.open(runs.resolve("fashion-cnn/report.html").toUri());
            byte[] picture = browser.screenshot();
            Files.write(folder.resolve(dark ? "dark.png" : "light.png"), picture);
            Png png = Png.of(picture);
            assertEquals(new Png(1280, 1600, 3), png);
        }
    }
}
