package org.culebra.recipes.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.culebra.report.Plot;
import org.culebra.train.Run;

/**
 * A plot of a study.
 *
 * @param file its name without .png
 * @param caption what it shows
 * @param empty the plot without lines
 * @param lines adds them
 */
record StudyPlot(String file, String caption, Plot empty, BiConsumer<Plot, List<Study.Trained>> lines) {
    /** A line per variant over the readings, the mean of its trainings. */
    static StudyPlot curves(
            String file,
            String caption,
            Plot empty,
            ToDoubleFunction<Course.Reading> x,
            ToDoubleFunction<Course.Reading> y) {
        return new StudyPlot(file, caption, empty, (plot, all) -> {
            for (Study.Trained each : all) {
                List<Course> courses = each.courses();
                int count = courses.stream()
                        .mapToInt(course -> course.readings().size())
                        .min()
                        .orElse(0);
                plot.line(each.variant().what(), means(courses, count, x), means(courses, count, y));
            }
        });
    }

    private static double[] means(List<Course> courses, int count, ToDoubleFunction<Course.Reading> value) {
        return IntStream.range(0, count)
                .mapToDouble(k -> courses.stream()
                        .mapToDouble(
                                course -> value.applyAsDouble(course.readings().get(k)))
                        .average()
                        .orElse(Double.NaN))
                .toArray();
    }

    /** A line per measure over the variants, whose places on the axis are given. */
    static StudyPlot measures(
            String file, String caption, Plot empty, ToDoubleFunction<Variant> x, List<Measure> measures) {
        return new StudyPlot(file, caption, empty, (plot, all) -> {
            double[] xs = all.stream()
                    .mapToDouble(each -> x.applyAsDouble(each.variant()))
                    .toArray();
            for (Measure measure : measures) {
                plot.line(
                        measure.heading(),
                        xs,
                        all.stream()
                                .mapToDouble(
                                        each -> measure.spread(each.courses()).mean())
                                .toArray());
            }
        });
    }

    /** A line per variant over the layers, of something that was measured before the first step. */
    static StudyPlot layers(String file, String caption, Plot empty, String figure) {
        return new StudyPlot(file, caption, empty, (plot, all) -> {
            for (Study.Trained each : all) {
                List<Double> values = each.courses().getFirst().measured().getOrDefault(figure, List.of());
                plot.line(
                        each.variant().what(),
                        IntStream.rangeClosed(1, values.size()).asDoubleStream().toArray(),
                        values.stream().mapToDouble(Double::doubleValue).toArray());
            }
        });
    }

    /** Draws it into the run; the file, if there was anything to draw. */
    Optional<Path> draw(Run run, List<Study.Trained> all) throws IOException {
        lines.accept(empty, all);
        if (empty.isEmpty()) {
            return Optional.empty();
        }
        Path png = run.picture(file + ".png", "plots", caption, null);
        empty.save(png);
        return Optional.of(png);
    }
}
