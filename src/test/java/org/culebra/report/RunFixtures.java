package org.culebra.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.culebra.io.Json;
import org.jspecify.annotations.Nullable;

/** Run folders as trainings leave them: made up, but with the shapes that real ones have. */
final class RunFixtures {
    static final List<String> CLASSES = List.of(
            "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");
    private static final int STEPS_PER_EPOCH = 60;

    private final Path run;
    private final Random random = new Random(7);
    private final List<String> metrics = new ArrayList<>();
    private final List<String> health = new ArrayList<>();
    private final List<Map<String, Object>> pictures = new ArrayList<>();

    private RunFixtures(Path run) throws IOException {
        this.run = Files.createDirectories(run);
        Files.createDirectories(run.resolve("pictures"));
    }

    /** To look at: one folder of each kind. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        finished(root.resolve("fashion-cnn"), 1e-3);
        finished(root.resolve("fashion-cnn-slow"), 1e-4);
        killed(root.resolve("fashion-killed"));
        gan(root.resolve("dcgan"));
        deep(root.resolve("resnet-60"));
        diverged(root.resolve("diverged"));
        parts(root.resolve("parts"));
        for (Path run : List.of(
                        "fashion-cnn", "fashion-cnn-slow", "fashion-killed", "dcgan", "resnet-60", "diverged", "parts")
                .stream()
                .map(root::resolve)
                .toList()) {
            HtmlReport.write(run);
        }
        RunComparison.write(
                List.of(root.resolve("fashion-cnn"), root.resolve("fashion-cnn-slow"), root.resolve("fashion-killed")),
                root.resolve("comparison.html"));
    }

    /** A classification that came to its end. */
    static Path finished(Path folder, double rate) throws IOException {
        var run = new RunFixtures(folder);
        run.describe("fashion-cnn", "A small convolutional network on Fashion-MNIST.", rate, 30, CLASSES);
        run.classification(30, rate, Integer.MAX_VALUE);
        run.probe(8, 30 * STEPS_PER_EPOCH);
        run.mistakes();
        run.filters();
        run.result();
        return run.write();
    }

    /** Killed in its twelfth epoch, in the middle of a line. */
    static Path killed(Path folder) throws IOException {
        var run = new RunFixtures(folder);
        run.describe("fashion-cnn", "A small convolutional network on Fashion-MNIST.", 2e-3, 30, CLASSES);
        run.classification(30, 2e-3, 690);
        run.probe(8, 690);
        run.write();
        Files.writeString(
                folder.resolve("metrics.jsonl"), "{\"kind\": \"step\", \"step\": 700, \"lo", StandardOpenOption.APPEND);
        Files.writeString(
                folder.resolve("health.jsonl"), "{\"step\": 700, \"layer\": \"0\", \"ty", StandardOpenOption.APPEND);
        for (String file : RunFolder.FILES) {
            if (Files.exists(folder.resolve(file))) {
                Files.setLastModifiedTime(folder.resolve(file), FileTime.from(Instant.parse("2026-11-27T05:58:00Z")));
            }
        }
        return folder;
    }

    /** Without classes, with several losses and pictures of its progress. */
    static Path gan(Path folder) throws IOException {
        var run = new RunFixtures(folder);
        run.describe("dcgan", "Deep convolutional generative adversarial network on 64×64 emoji.", 2e-4, 40, List.of());
        for (int step = 10; step <= 2400; step += 10) {
            double t = step / 2400.0;
            run.metric(
                    "step",
                    step,
                    1 + step / 60,
                    "generator_loss",
                    1.2 + 1.6 * t + .5 * run.random.nextGaussian() * (.4 + t),
                    "discriminator_loss",
                    Math.max(.05, 1.25 - .7 * t + .16 * run.random.nextGaussian()),
                    "learning_rate",
                    2e-4,
                    "examples_per_second",
                    410 + 12 * run.random.nextGaussian());
        }
        for (int step = 300; step <= 2400; step += 300) {
            run.picture(
                    step / 300 + ".png",
                    "progress",
                    "64 samples of the same noise",
                    step,
                    faces(256, step / 2400.0, run.random));
        }
        run.probe(10, 2400);
        Files.writeString(
                folder.resolve("result.json"),
                Json.write(Map.of("seconds", 3841.5, "parameter_hash", "9f86d081884c7d65")));
        return run.write();
    }

    /** Three trainings of one command: one that ended, one that diverged, one to come. */
    static Path parts(Path folder) throws IOException {
        var run = new RunFixtures(folder);
        run.describe("a-study", "Three trainings of one command.", 1e-3, 40, List.of());
        Path about = folder.resolve("run.json");
        Map<String, @Nullable Object> facts = new LinkedHashMap<>(Values.object(Json.parse(Files.readString(about))));
        facts.put("parts", List.of("samples", "too-fast", "last"));
        Files.writeString(about, Json.write(facts));
        gan(folder.resolve("parts/samples"));
        diverged(folder.resolve("parts/too-fast"));
        Files.writeString(folder.resolve("parts/too-fast/result.json"), Json.write(Map.of("ended", "diverged")));
        Files.writeString(
                folder.resolve("result.json"),
                Json.write(Map.of("methods", Map.of("samples", Map.of("modes", 8, "good_share", .25)))));
        return run.write();
    }

    /** Sixty layers, some of them dying. */
    static Path deep(Path folder) throws IOException {
        var run = new RunFixtures(folder);
        run.describe("resnet-60", "Sixty layers, to see what is left of the gradient at the first.", .1, 10, CLASSES);
        run.classification(10, 5e-4, Integer.MAX_VALUE);
        run.probe(60, 600);
        run.health.add(Json.write(
                Map.of("step", 500, "warning", "layer 41 (ReLU): 83 % of its units have been dead for 500 steps")));
        run.health.add(Json.write(
                Map.of("step", 600, "warning", "layer 41 (ReLU): 83 % of its units have been dead for 500 steps")));
        run.health.add(Json.write(Map.of(
                "step",
                600,
                "warning",
                "layer 0 (Conv2d): its gradient is 4,000 times smaller than that of layer 58")));
        return run.write();
    }

    /** Losses that are not finite any more. */
    static Path diverged(Path folder) throws IOException {
        var run = new RunFixtures(folder);
        run.describe("fashion-cnn", "A learning rate that is too large.", 3.0, 30, CLASSES);
        for (int step = 10; step <= 400; step += 10) {
            Object loss = step > 240 ? null : 2.3 * Math.exp(step / 60.0) * (1 + .1 * run.random.nextGaussian());
            run.metric("step", step, 1 + step / STEPS_PER_EPOCH, "loss", loss, "learning_rate", 3.0);
            if (step % STEPS_PER_EPOCH == 0) {
                run.metric(
                        "epoch",
                        step,
                        step / STEPS_PER_EPOCH,
                        "loss",
                        loss,
                        "accuracy",
                        .1,
                        "validation_loss",
                        step > 120 ? null : 9.5 * step,
                        "validation_accuracy",
                        .1);
            }
        }
        run.metrics.add(Json.write(Map.of(
                "kind",
                "event",
                "step",
                250,
                "epoch",
                5,
                "seconds",
                25.0,
                "text",
                "the loss is not finite since step 250")));
        return run.write();
    }

    private void describe(String recipe, String description, double rate, int epochs, List<String> classes)
            throws IOException {
        var options = new LinkedHashMap<String, Object>();
        options.put("epochs", Map.of("value", Integer.toString(epochs), "help", "Passes over the training data."));
        options.put("batch-size", Map.of("value", "1000", "help", "Examples per update."));
        options.put(
                "learning-rate",
                Map.of("value", Double.toString(rate), "help", "The learning rate of Adam, before the schedule."));
        options.put(
                "weight-decay",
                Map.of("value", "0.0005", "help", "Decoupled weight decay, per update and unit of learning rate."));
        options.put(
                "seed",
                Map.of("value", "0", "help", "The same seed comes to the same bits with any number of threads."));
        var about = new LinkedHashMap<String, Object>();
        about.put("recipe", recipe);
        about.put("description", description);
        about.put("started", "2026-11-27T05:50:00Z");
        about.put("model", """
                Sequential(
                  (0) Conv2d(1, 32, 5×5, padding 2)            832
                  (1) ReLU
                  (2) MaxPool2d(2)
                  (3) Conv2d(32, 64, 5×5, padding 2)        51,264
                  (4) ReLU
                  (5) MaxPool2d(2)
                  (6) Flatten
                  (7) Linear(3136, 10)                      31,370
                )""");
        about.put("parameters", 83_466);
        about.put("data", "Fashion-MNIST, 60,000 training and 10,000 test pictures, from a Debian package");
        about.put("classes", classes);
        about.put("environment", environment());
        about.put("options", options);
        about.put("steps", epochs * STEPS_PER_EPOCH);
        about.put("epochs", epochs);
        Files.writeString(run.resolve("run.json"), Json.write(about));
        Files.writeString(run.resolve("config.properties"), """
                recipe=%s
                epochs=%d
                batch-size=1000
                learning-rate=%s
                seed=0
                weight-decay=0.0005
                """.formatted(recipe, epochs, rate));
    }

    private static Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        environment.put("jvm", "OpenJDK 64-Bit Server VM 25+36");
        environment.put("os", "Linux 6.1 (amd64)");
        environment.put("processor", "Intel Xeon Platinum 8481C @ 2.70 GHz");
        environment.put("threads", "2");
        environment.put("vector bits", "512");
        environment.put("memory limit", "21.2 GiB");
        return environment;
    }

    private void metric(String kind, int step, int epoch, @Nullable Object... figures) {
        var line = new LinkedHashMap<String, @Nullable Object>();
        line.put("kind", kind);
        line.put("step", step);
        line.put("epoch", epoch);
        line.put("seconds", step * .4121);
        for (int i = 0; i < figures.length; i += 2) {
            line.put(String.valueOf(figures[i]), figures[i + 1]);
        }
        metrics.add(Json.write(line));
    }

    private void classification(int epochs, double rate, int last) {
        double speed = Math.min(1, Math.sqrt(rate / 1e-3));
        int all = epochs * STEPS_PER_EPOCH;
        for (int step = 10; step <= Math.min(all, last); step += 10) {
            double loss = loss(step * speed);
            double now = rate * .5 * (1 + Math.cos(Math.PI * step / all));
            int epoch = (step - 1) / STEPS_PER_EPOCH + 1;
            metric(
                    "step",
                    step,
                    epoch,
                    "loss",
                    loss * (1 + .13 * random.nextGaussian()),
                    "learning_rate",
                    now,
                    "examples_per_second",
                    2430 + 60 * random.nextGaussian());
            if (step % STEPS_PER_EPOCH == 0) {
                double gap = .00007 * step;
                double noise = .006 * random.nextGaussian();
                metric(
                        "epoch",
                        step,
                        epoch,
                        "loss",
                        loss,
                        "accuracy",
                        1 - .36 * loss,
                        "validation_loss",
                        loss + gap + noise,
                        "validation_accuracy",
                        1 - .36 * (loss + .6 * gap + noise),
                        "examples_per_second",
                        2430 + 20 * random.nextGaussian());
            }
            if (step % 600 == 0) {
                metrics.add(Json.write(Map.of(
                        "kind",
                        "event",
                        "step",
                        step,
                        "epoch",
                        epoch,
                        "seconds",
                        step * .4121,
                        "text",
                        "checkpoint saved")));
            }
        }
    }

    private static double loss(double step) {
        return .17 + 2.1 * Math.exp(-step / 45) + .34 * Math.exp(-step / 500);
    }

    private void probe(int layers, int steps) {
        List<String> types = List.of("Conv2d", "ReLU", "MaxPool2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear");
        for (int step = 100; step <= steps; step += 100) {
            for (int layer = 0; layer < layers; layer++) {
                String type = types.get(layer % types.size());
                boolean weights = type.equals("Conv2d") || type.equals("Linear");
                boolean relu = type.equals("ReLU");
                double t = (double) step / steps;
                var line = new LinkedHashMap<String, @Nullable Object>();
                line.put("step", step);
                line.put("layer", Integer.toString(layer));
                line.put("type", type);
                line.put("mean", .1 * layer % 1 - .3 + .05 * random.nextGaussian());
                line.put("deviation", 1 + .5 * t + .04 * random.nextGaussian());
                line.put("saturated", null);
                line.put(
                        "dead",
                        relu
                                ? Math.clamp(
                                        (layer == 41 ? .9 : .12) * Math.sqrt(t) + .01 * random.nextGaussian(), 0, 1)
                                : null);
                line.put(
                        "gradient_norm",
                        weights ? Math.exp(-3 * t + .15 * random.nextGaussian()) * (layer + 1) / layers : null);
                line.put("weight_norm", weights ? 8 + 3 * t : null);
                line.put("update_ratio", weights ? 2e-3 * Math.exp(-1.4 * t + .1 * random.nextGaussian()) : null);
                health.add(Json.write(line));
            }
        }
        if (layers < 20) {
            health.add(Json.write(
                    Map.of("step", 400, "warning", "layer 4 (ReLU): 41 % of its units have been dead for 500 steps")));
        }
    }

    private void mistakes() throws IOException {
        for (int i = 0; i < 12; i++) {
            String truth = CLASSES.get(List.of(6, 4, 2, 0).get(i % 4));
            String taken = CLASSES.get(List.of(4, 2, 6, 6).get(i % 4));
            picture(
                    "mistake-" + i + ".png",
                    "mistakes",
                    truth + ", taken for " + taken + " (" + (99 - i) + " %)",
                    -1,
                    garment(random));
        }
    }

    private void filters() throws IOException {
        for (int i = 0; i < 32; i++) {
            picture("filter-" + i + ".png", "filters", "", -1, filter(random));
        }
    }

    private void result() throws IOException {
        List<List<Integer>> confusion = new ArrayList<>();
        double[] rights = {.86, .98, .87, .92, .88, .98, .75, .97, .98, .96};
        for (int truth = 0; truth < 10; truth++) {
            Integer[] row = new Integer[10];
            Arrays.fill(row, 0);
            for (int n = 0; n < 1000; n++) {
                int near = (truth + 2 * (1 + random.nextInt(4))) % 10;
                row[random.nextDouble() < rights[truth] ? truth : near]++;
            }
            confusion.add(List.of(row));
        }
        var result = new LinkedHashMap<String, Object>();
        result.put("test_accuracy", .9152);
        result.put("test_loss", .2437);
        result.put("seconds", 744.2);
        result.put("parameter_hash", "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c");
        result.put("confusion", confusion);
        Files.writeString(run.resolve("result.json"), Json.write(result));
    }

    private void picture(String file, String group, String caption, int step, BufferedImage image) throws IOException {
        Files.write(run.resolve("pictures").resolve(file), png(image));
        var entry = new LinkedHashMap<String, Object>();
        entry.put("file", file);
        entry.put("group", group);
        entry.put("caption", caption);
        if (step >= 0) {
            entry.put("step", step);
        }
        pictures.add(entry);
    }

    static byte[] png(BufferedImage image) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    static BufferedImage garment(Random random) {
        var image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        int sleeve = 3 + random.nextInt(12);
        for (int y = 3; y < 26; y++) {
            int half = y < sleeve + 4 && y > 4 ? 12 - Math.abs(y - sleeve) / 3 : 6 + random.nextInt(2);
            for (int x = 14 - half; x < 14 + half; x++) {
                int grey = 120 + (int) (50 * Math.sin(x * .8)) + random.nextInt(60);
                pen.setColor(new Color(grey, grey, grey));
                pen.fillRect(x, y, 1, 1);
            }
        }
        pen.dispose();
        return image;
    }

    private static BufferedImage filter(Random random) {
        var image = new BufferedImage(5, 5, BufferedImage.TYPE_BYTE_GRAY);
        double angle = random.nextDouble() * Math.PI;
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++) {
                double wave = Math.sin(1.6 * ((x - 2) * Math.cos(angle) + (y - 2) * Math.sin(angle)));
                int grey = Math.clamp((int) (128 + 90 * wave + 18 * random.nextGaussian()), 0, 255);
                image.getRaster().setSample(x, y, 0, grey);
            }
        }
        return image;
    }

    private static BufferedImage faces(int size, double sharpness, Random random) {
        var image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, size, size);
        int cell = size / 4;
        for (int i = 0; i < 16; i++) {
            int x = i % 4 * cell + 4;
            int y = i / 4 * cell + 4;
            pen.setColor(new Color(250, 200 + random.nextInt(20), 60 + random.nextInt(40)));
            pen.fillOval(x, y, cell - 8, cell - 8);
            pen.setColor(new Color(90, 60, 20));
            pen.fillOval(x + 16, y + 18, 7, 9);
            pen.fillOval(x + 34, y + 18, 7, 9);
            pen.drawArc(x + 14, y + 20, 28, 24, 200, 140);
        }
        for (int n = 0; n < size * size * (1 - sharpness); n++) {
            image.setRGB(random.nextInt(size), random.nextInt(size), random.nextInt(0x1000000));
        }
        pen.dispose();
        return image;
    }

    private Path write() throws IOException {
        Files.write(run.resolve("metrics.jsonl"), metrics);
        Files.write(run.resolve("health.jsonl"), health);
        Files.writeString(run.resolve("pictures/index.json"), Json.write(pictures));
        return run;
    }
}
