package org.culebra.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path folder;

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, text);
    }

    @Test
    void anEmptyFolderIsARunWithNothing() throws IOException {
        RunFolder run = RunFolder.read(folder);
        assertEquals(folder.getFileName().toString(), run.recipe());
        assertEquals(RunFolder.State.UNFINISHED, run.state());
        assertEquals(List.of(), run.classes());
        assertEquals(List.of(), run.options());
        assertEquals(List.of(), run.pictures());
        assertEquals(0, run.metrics().lastStep());
        assertTrue(Double.isNaN(run.metrics().seconds()));
    }

    @Test
    void whatIsNoFolderIsSaid() {
        Path missing = folder.resolve("missing");
        var error = assertThrows(NotDirectoryException.class, () -> RunFolder.read(missing));
        assertEquals(
                missing + " is no folder; a run folder is what --out of 'culebra train' names", error.getMessage());
    }

    @Test
    void halfWrittenLinesAreNotThereYet() throws IOException {
        write("metrics.jsonl", """
                {"kind": "step", "step": 10, "epoch": 1, "seconds": 1.5, "loss": 2.0}
                {"kind": "step", "step": 20, "epoch": 1, "seconds": 3.0, "loss": null}
                {"kind": "step", "step": 30, "lo""");
        write("run.json", "{\"recipe\": \"fash");
        RunFolder run = RunFolder.read(folder);
        assertEquals(
                List.of(run.path().resolve("run.json") + " cannot be read, or not all of it: it is damaged"),
                run.damages());
        assertEquals(run.damages(), RunFolder.read(folder, run).damages(), "of files that are not read again");
        Metrics metrics = run.metrics();
        assertEquals(2, metrics.steps().size());
        assertEquals(20, metrics.lastStep());
        assertEquals(3.0, metrics.seconds());
        assertEquals(2.0, metrics.steps().getFirst().figure("loss"));
        assertTrue(Double.isNaN(metrics.last("loss")), "null is not finite");
    }

    @Test
    void aLineCutWithinACharacterAndGarbageBetweenAreSkipped() throws IOException {
        byte[] line = "{\"kind\": \"event\", \"step\": 1, \"text\": \"grün".getBytes(StandardCharsets.UTF_8);
        var bytes = new java.io.ByteArrayOutputStream();
        bytes.writeBytes("{\"kind\": \"event\", \"step\": 1, \"text\": \"a\"}\n[1]\n7\n\n{\"kind\": \"new\"}\n{}{}\n"
                .getBytes(StandardCharsets.UTF_8));
        bytes.write(line, 0, line.length - 2);
        Files.write(folder.resolve("metrics.jsonl"), bytes.toByteArray());
        assertEquals(
                List.of("a"),
                RunFolder.read(folder).metrics().events().stream()
                        .map(Metrics.Event::text)
                        .toList());
    }

    @Test
    void whatAResumedRunDidAgainReplacesWhatItDidBefore() throws IOException {
        write("metrics.jsonl", """
                {"kind": "step", "step": 10, "loss": 5}
                {"kind": "epoch", "step": 10, "epoch": 1, "loss": 5}
                {"kind": "step", "step": 20, "loss": 4}
                {"kind": "epoch", "step": 20, "epoch": 2, "loss": 4}
                {"kind": "step", "step": 30, "loss": 9}
                {"kind": "event", "step": 10, "text": "resumed"}
                {"kind": "step", "step": 20, "loss": 3}
                """);
        Metrics metrics = RunFolder.read(folder).metrics();
        assertEquals(
                List.of(10L, 20L),
                metrics.steps().stream().map(Metrics.Line::step).toList());
        assertEquals(3, metrics.steps().getLast().figure("loss"));
        assertEquals(
                List.of(10L), metrics.epochs().stream().map(Metrics.Line::step).toList());
        assertEquals(1, metrics.events().size());
    }

    @Test
    void theProbeIsReadByLayerAndAWarningUndoesNothing() throws IOException {
        write("health.jsonl", """
                {"step": 100, "layer": "0", "type": "Conv2d", "mean": 0.5, "dead": null}
                {"step": 100, "layer": "1", "type": "ReLU", "mean": 0.25, "dead": 0.5}
                {"step": 200, "layer": "0", "type": "Conv2d", "mean": 1.5}
                {"step": 150, "warning": "layer 1 (ReLU): dead"}
                {"step": 200, "layer": "0", "type": "Co""");
        Health health = RunFolder.read(folder).health();
        assertEquals(
                List.of("0", "1"),
                health.layers().stream().map(Health.Layer::name).toList());
        assertEquals(1.5, health.layers().getFirst().points("mean").last());
        assertTrue(health.layers().getFirst().points("dead").isEmpty());
        assertEquals(List.of(new Health.Warning(150, "layer 1 (ReLU): dead")), health.warnings());
    }

    @Test
    void optionsComeInTheRecipesOrderWithTheirHelp() throws IOException {
        write("run.json", """
                {"recipe": "r", "options": {"seed": {"value": "0", "help": "The seed."}, "epochs": {"value": "3"}}}""");
        write("config.properties", "epochs=5\nalpha=1\n");
        assertEquals(
                List.of(
                        new RunFolder.Option("seed", "0", "The seed."),
                        new RunFolder.Option("epochs", "5", ""),
                        new RunFolder.Option("alpha", "1", "")),
                RunFolder.read(folder).options());
    }

    @Test
    void anIndexNamesNoFileOutside() throws IOException {
        write("secret.png", "secret");
        Files.createDirectories(folder.resolve("pictures"));
        Files.write(folder.resolve("pictures/a.png"), RunFixtures.png(RunFixtures.garment(new Random(1))));
        Files.createSymbolicLink(folder.resolve("pictures/link.png"), folder.resolve("secret.png"));
        write("pictures/index.json", """
                [{"file": "a.png", "group": "samples", "caption": "c", "step": 3}, {"file": "../secret.png"}, {"file": "link.png"},
                 {"file": "/etc/hostname"}, {"file": "missing.png"}, {"file": "\\u0000"}, 7, {}]""");
        List<Picture> pictures = RunFolder.read(folder).pictures();
        assertEquals(
                List.of(new Picture(folder.toAbsolutePath().resolve("pictures/a.png"), "samples", "c", 3)), pictures);
    }

    @Test
    void aRunIsFinishedRunningOrNeither() throws IOException {
        assertEquals(
                RunFolder.State.FINISHED,
                RunFolder.read(RunFixtures.finished(folder.resolve("a"), 1e-3)).state());
        assertEquals(
                RunFolder.State.UNFINISHED,
                RunFolder.read(RunFixtures.killed(folder.resolve("b"))).state());
        assertEquals(
                RunFolder.State.RUNNING,
                RunFolder.read(RunFixtures.diverged(folder.resolve("c"))).state());
    }
}
