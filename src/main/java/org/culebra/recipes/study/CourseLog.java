package org.culebra.recipes.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.data.Loader;
import org.culebra.train.Callback;
import org.culebra.train.Progress;
import org.culebra.train.Task;

/** Reads how good a training has become, at the end of each epoch and a few times within it, and does not count the time of it. */
final class CourseLog implements Callback {
    private final Task task;
    private final Loader tests;
    private final long stepsPerEpoch;
    private final long every;
    private final List<Course.Reading> readings = new ArrayList<>();
    private double mark;
    private double seconds;
    private double loss;
    private long losses;
    private long steps;

    CourseLog(Task task, Loader tests, long stepsPerEpoch, int readingsPerEpoch) {
        this.task = task;
        this.tests = tests;
        this.stepsPerEpoch = stepsPerEpoch;
        every = Math.max(1, Math.ceilDiv(stepsPerEpoch, readingsPerEpoch));
    }

    @Override
    public void epochStarted(Progress progress) {
        mark = progress.seconds();
    }

    @Override
    public void stepDone(Progress progress) {
        seconds += progress.seconds() - mark;
        steps = progress.step();
        loss += progress.figures().getOrDefault(Task.LOSS, Double.NaN);
        losses++;
        long within = steps % stepsPerEpoch;
        if (within != 0 && within % every == 0) {
            var figures = new LinkedHashMap<String, Double>();
            task.evaluate(tests).forEach((name, value) -> figures.put("validation_" + name, value));
            read(figures);
        }
        mark = progress.seconds();
    }

    @Override
    public void epochDone(Progress progress) {
        var figures = new LinkedHashMap<>(progress.figures());
        figures.keySet().removeIf(name -> !name.startsWith("validation_"));
        read(figures);
    }

    private void read(Map<String, Double> figures) {
        figures.put(Task.LOSS, loss / losses);
        figures.values().removeIf(value -> !Double.isFinite(value));
        readings.add(new Course.Reading(steps, (double) steps / stepsPerEpoch, seconds, figures));
        loss = 0;
        losses = 0;
    }

    Course course(String ended, Map<String, List<Double>> measured) {
        return new Course(List.copyOf(readings), steps, seconds, ended, measured);
    }
}
