package org.culebra.optim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * η ← f(t)·η₀, in every group: keeps an optimizer's learning rate on a {@link Schedule}.
 *
 * <pre>{@code
 * var scheduler = Scheduler.of(optimizer, Schedule.warmUp(100).times(Schedule.cosine(10_000, 0)));
 * …
 * optimizer.step(tape.gradients(loss));
 * scheduler.step();
 * }</pre>
 */
public final class Scheduler {
    private final Optimizer optimizer;
    private final Map<Option, Course> courses = new EnumMap<>(Option.class);
    private long steps;

    /** Where an option goes, and what each group had at first. */
    private record Course(Schedule schedule, List<Double> bases) {}

    private Scheduler(Optimizer optimizer) {
        this.optimizer = optimizer;
    }

    /** A scheduler of the groups that the optimizer has now; sets the rates to f(0)·η₀. */
    public static Scheduler of(Optimizer optimizer, Schedule schedule) {
        return new Scheduler(optimizer).and(Option.LEARNING_RATE, schedule);
    }

    /**
     * Keeps another option on a schedule too, {@link Option#MOMENTUM} or {@link Option#BETA1} for instance.
     *
     * @throws IllegalArgumentException if the optimizer has no such option
     */
    public Scheduler and(Option option, Schedule schedule) {
        List<Double> bases =
                optimizer.groups().stream().map(group -> group.get(option)).toList();
        courses.put(option, new Course(schedule, bases));
        apply();
        return this;
    }

    /** t: the steps done. */
    public long steps() {
        return steps;
    }

    /** t ← t + 1: after each step of the optimizer, or each epoch, whatever the schedule counts. */
    public void step() {
        steps++;
        apply();
    }

    private void apply() {
        courses.forEach((option, course) -> {
            double factor = course.schedule.factor(steps);
            for (int i = 0; i < course.bases.size(); i++) {
                optimizer.groups().get(i).set(option, factor * course.bases.get(i));
            }
        });
    }

    // ---------------------------------------------------------------- state

    /** t, and η₀ of every group. */
    public State state() {
        var numbers = new LinkedHashMap<String, Double>();
        numbers.put("steps", (double) steps);
        courses.forEach((option, course) -> {
            for (int i = 0; i < course.bases.size(); i++) {
                numbers.put(key(i, option), course.bases.get(i));
            }
        });
        return State.of(numbers);
    }

    /**
     * Goes on from a saved state: sets the rates.
     *
     * @throws IllegalArgumentException if it is that of another scheduler; nothing is changed then
     */
    public void load(State state) {
        var reader = new StateReader("scheduler", state);
        long savedSteps = reader.count("steps");
        var saved = new EnumMap<Option, Course>(Option.class);
        courses.forEach((option, course) -> {
            var bases = new ArrayList<Double>();
            for (int i = 0; i < course.bases.size(); i++) {
                bases.add(reader.option(key(i, option), option));
            }
            saved.put(option, new Course(course.schedule, bases));
        });
        reader.requireFit();
        steps = savedSteps;
        courses.putAll(saved);
        apply();
    }

    private static String key(int group, Option option) {
        return "group." + group + "." + option.key();
    }
}
