package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Prediction;
import org.culebra.recipes.Predictor;
import org.culebra.recipes.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code culebra predict MODEL IMAGE…}. */
@Command(name = "predict", description = "Say what images show.", sortOptions = false)
final class PredictCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final ModelPlace place;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "<image>",
            description = "PNG or JPEG files; one that cannot be read is named, and the others go on.")
    private List<Path> images = List.of();

    @Option(
            names = "--top",
            order = 1,
            paramLabel = "<n>",
            defaultValue = "3",
            description = "Classes to name; ${DEFAULT-VALUE} if not given.")
    private int top;

    @Option(
            names = "--invert",
            order = 2,
            description = "Dark on light: the model learned from light on dark, as MNIST is.")
    private boolean invert;

    PredictCommand(List<Recipe> recipes, PrintStream out) {
        this.place = new ModelPlace(recipes);
        this.common = new CommonOptions(out);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        if (top < 1) {
            throw common.wrong("top: at least 1, not " + top);
        }
        SavedModel model = place.saved();
        Predictor predictor =
                model.as(Classifying.class, "classifies nothing").predictor(model.file(), model.options());
        var results = new LinkedHashMap<String, Object>();
        int exitCode = ExitCode.OK;
        for (Path image : images) {
            List<Prediction> likely;
            try {
                likely = predictor.predict(image, invert);
            } catch (IOException e) {
                common.out().flush();
                exitCode = Failures.report(e, common.err());
                continue;
            }
            var said = new ArrayList<Map<String, Object>>();
            common.out().println(image);
            for (Prediction each : likely.subList(0, Math.min(top, likely.size()))) {
                common.out()
                        .println(String.format(Locale.ROOT, "  %5.1f %%  %s", 100 * each.probability(), each.label()));
                said.add(Map.of("class", each.label(), "probability", each.probability()));
            }
            results.put(image.toString(), said);
        }
        common.finish(Map.of("predictions", results));
        return exitCode;
    }
}
