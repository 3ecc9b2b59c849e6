package org.culebra.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.culebra.data.Batch;
import org.culebra.data.Batches;
import org.culebra.data.Loader;
import org.culebra.io.FolderLock;
import org.culebra.nn.Mode;
import org.culebra.optim.State;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The training loop: epochs of steps, validation, callbacks, checkpoints.
 *
 * <pre>{@code
 * var result = Trainer.of(Supervised.classifier(model, optimizer), loader)
 *         .epochs(30)
 *         .random(Random.seeded(0))
 *         .validate(Loader.of(held).batchSize(1000).transform(scale))
 *         .checkpoints(Checkpoints.in(folder).every(500).keepBest(1, Monitor.highest("validation_accuracy")))
 *         .callback(EarlyStopping.on(Monitor.lowest("validation_loss")).patience(5))
 *         .resume()
 *         .train();
 * }</pre>
 *
 * <p><b>A training that is killed at any moment and resumed ends with the same bits as one that never was.</b> A checkpoint has
 * the state of the task, the source of random numbers, the position in the data, and what callbacks remember.
 */
public final class Trainer {
    private final Task task;
    private final Loader data;
    private final List<Callback> callbacks = new ArrayList<>();
    private int epochs = Integer.MAX_VALUE;
    private long steps = Long.MAX_VALUE;
    private Random random = Random.seeded(0);
    private @Nullable Loader validation;
    private @Nullable Checkpoints checkpoints;
    private boolean resuming;

    private Trainer(Task task, Loader data) {
        this.task = task;
        this.data = data;
    }

    /** A task and what it learns from. */
    public static Trainer of(Task task, Loader data) {
        return new Trainer(task, data);
    }

    /**
     * Ends after so many epochs.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public Trainer epochs(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("trainer: at least 1 epoch, not " + number);
        }
        epochs = number;
        return this;
    }

    /**
     * Ends after so many steps.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public Trainer steps(long number) {
        if (number < 1) {
            throw new IllegalArgumentException("trainer: at least 1 step, not " + number);
        }
        steps = number;
        return this;
    }

    /** Where layers take their random numbers from, dropout for instance; seed 0 unless told otherwise. */
    public Trainer random(Random source) {
        random = source;
        return this;
    }

    /** Evaluates with these data at the end of each epoch; the figures' names begin with {@code validation_}. */
    public Trainer validate(Loader held) {
        validation = held;
        return this;
    }

    /** Adds one that hears how it goes; they are called in the order in which they were added. */
    public Trainer callback(Callback... more) {
        callbacks.addAll(List.of(more));
        return this;
    }

    /** Writes checkpoints, in a folder that has none unless the training is to {@link #resume}. */
    public Trainer checkpoints(Checkpoints place) {
        checkpoints = place;
        return this;
    }

    /**
     * Goes on from the latest whole checkpoint, if there is one. The model, the optimizer with the learning rate it began with, the data and
     * the size of the batches must be what they were; random numbers, all options of the optimizer and the place in the data are the
     * checkpoint's.
     */
    public Trainer resume() {
        resuming = true;
        return this;
    }

    /**
     * Trains to the end.
     *
     * @throws DivergedException if the loss becomes infinite or NaN, or what is saved or left at the end would be; the
     *     message names the step whose data are to blame, if they are
     * @throws IllegalStateException if it is to be resumed from a checkpoint of another training, or is not to be resumed and there are
     *     checkpoints in its folder
     * @throws IOException if a checkpoint cannot be written, a callback fails to write, or another training uses the folder
     */
    public TrainingResult train() throws IOException {
        if (epochs == Integer.MAX_VALUE && steps == Long.MAX_VALUE) {
            throw new IllegalStateException("trainer: for how long? Say epochs(…) or steps(…)");
        }
        if (checkpoints == null) {
            return new Running().run();
        }
        checkpoints.prepare();
        try (var _ = FolderLock.of(checkpoints.folder())) {
            return new Running().run();
        }
    }

    /** Looks at what a step came to. */
    @FunctionalInterface
    private interface Look {
        void look() throws IOException;
    }

    /** One training, from its start to its end. */
    private final class Running implements Progress {
        private static final String TRAINER = "trainer";
        private static final long LOOK_BACK = 100;
        private static final String STOPPED = "stopped: ";
        private static final String VALIDATION_LOSS = "validation_" + Task.LOSS;

        private final List<EpochReport> reports = new ArrayList<>();
        private final FigureMeans means = new FigureMeans();
        private Random source = random;
        private Mode mode = Mode.training(random);
        private Loader loader = data;
        private int epochsDone;
        private long step;
        private long examples;
        private long batch;

        /** Batches of the epoch before this one, if it was seen. */
        private long batchesBefore;

        private double secondsBefore;
        private double epochSecondsBefore;
        private double waited;
        private long start = System.nanoTime();
        private long epochStart = start;
        private Map<String, Double> figures = Map.of();

        /** The figures that checkpoints are judged by: the last of each name. */
        private final Map<String, Double> known = new LinkedHashMap<>();

        private @Nullable String stopped;
        private boolean running;
        private long saved = -1;

        private TrainingResult run() throws IOException {
            Optional<Checkpoint> found = checkpoints == null ? Optional.empty() : found(checkpoints);
            if (found.isPresent()) {
                restore(found.get());
            }
            for (Callback callback : callbacks) {
                callback.started(this);
            }
            if (found.isPresent()) {
                note("resumed after step " + step);
            }
            running = true;
            if (stopped != null) {
                note(STOPPED + stopped);
            }
            try {
                start = System.nanoTime();
                while (stopped == null && epochsDone < epochs && step < steps) {
                    runEpoch();
                }
                save();
                if (saved != step) { // no checkpoint has looked at what the last step came to
                    saying(() -> Checkpoints.requireFinite(task.state()));
                }
            } finally {
                for (Callback callback : callbacks) {
                    callback.ended(this);
                }
            }
            return new TrainingResult(List.copyOf(reports), step, seconds(), Optional.ofNullable(stopped));
        }

        private Optional<Checkpoint> found(Checkpoints place) throws IOException {
            if (resuming) {
                return place.latest(this::note);
            }
            if (!place.files().isEmpty()) {
                throw new IllegalStateException("trainer: there are checkpoints in " + place.folder()
                        + " already; call resume() to go on from them, or take another folder");
            }
            return Optional.empty();
        }

        private void runEpoch() throws IOException {
            epochStart = System.nanoTime();
            waited = 0;
            for (Callback callback : callbacks) {
                callback.epochStarted(this);
            }
            try (Batches batches = loader.iterator()) {
                while (batches.hasNext() && stopped == null && step < steps) {
                    Batch next = batches.next();
                    waited = batches.waited().toNanos() / 1e9;
                    runStep(next);
                    if (!batches.hasNext()) {
                        break;
                    }
                    saveIfDue(false);
                }
                if (batches.hasNext()) {
                    return; // ended within the epoch: so it is resumed
                }
            }
            endEpoch();
            saveIfDue(true);
        }

        private void runStep(Batch data) throws IOException {
            Map<String, Double> made = task.step(data, mode);
            step++;
            batch++;
            examples += data.size();
            double loss = made.getOrDefault(Task.LOSS, Double.NaN);
            if (!Double.isFinite(loss)) {
                throw diverged(data, loss, made);
            }
            figures = made;
            means.add(made, data.size());
            known.putAll(made);
            for (Callback callback : callbacks) {
                callback.stepDone(this);
            }
        }

        private DivergedException diverged(Batch data, double loss, Map<String, Double> made) throws IOException {
            String where = where();
            String last = lastGood();
            if (hasOthers(data.inputs()) || hasOthers(data.targets())) {
                return new DivergedException(badData(data, where) + last);
            }
            String before = badData();
            if (before != null) {
                return new DivergedException(before + last);
            }
            Double rate = made.get("learning_rate");
            return new DivergedException("training diverged: the loss is " + loss + " in " + where
                    + (rate == null ? "" : "; try a learning rate below " + rate) + last);
        }

        private String where() {
            return "step " + step + (batch == 0 ? "" : " (batch " + batch + " of epoch " + epoch() + ")");
        }

        private String badData(Batch data, String where) {
            String part = hasOthers(data.inputs()) ? "inputs" : "targets";
            return "the data of " + where + " hold NaN or infinite numbers among their " + part;
        }

        /**
         * Says which of the last batches, after the last checkpoint, has data that are no numbers; null if none has. Infinite data may
         * make a finite loss, of which only the gradient is NaN: that shows a step later, or when parameters are saved. Batches
         * are not kept, but the loader can make them again.
         */
        private @Nullable String badData() {
            long good = Math.max(Math.max(saved, 0), step - LOOK_BACK);
            try {
                String found = badData(epochsDone - 1, batchesBefore, step - batch - batchesBefore, good);
                return found == null ? badData(epochsDone, batch, step - batch, good) : found;
            } catch (UncheckedIOException e) { // what cannot be read again cannot be named
                return null;
            }
        }

        /**
         * The same of one epoch.
         *
         * @param count of its batches
         * @param before steps before it
         * @param good the last step that is known to be sound
         */
        private @Nullable String badData(long epoch, long count, long before, long good) {
            long first = Math.max(0, good - before);
            if (first >= count) {
                return null;
            }
            // The loop begun last; epochs of a loader that was used before have other numbers than those of the
            // training.
            Loader.Position reached = loader.position();
            long loop = reached.epoch() - (batch == 0 ? epochsDone - 1 : epochsDone) + epoch;
            var position = new Loader.Position(reached.seed(), loop, first);
            try (Batches again = data.resume(position).prefetch(0).iterator()) {
                for (long number = first + 1; number <= count && again.hasNext(); number++) {
                    Batch each = again.next();
                    if (hasOthers(each.inputs()) || hasOthers(each.targets())) {
                        return badData(
                                each,
                                "step " + (before + number) + " (batch " + number + " of epoch " + (epoch + 1) + ")");
                    }
                }
            }
            return null;
        }

        private boolean hasOthers(Tensor tensor) {
            return tensor.dtype().isFloating()
                    && Tape.scoped(() -> tensor.isFinite().not().sum()).itemAsLong() > 0;
        }

        private String lastGood() throws IOException {
            List<Path> files = checkpoints == null ? List.of() : checkpoints.files();
            return files.isEmpty() ? "" : "; the last good checkpoint is " + files.getFirst();
        }

        private void endEpoch() throws IOException {
            task.epochDone();
            var all = new LinkedHashMap<>(means.values());
            if (validation != null) {
                task.evaluate(validation).forEach((name, value) -> all.put("validation_" + name, value));
                double loss = all.getOrDefault(VALIDATION_LOSS, 0.);
                if (!Double.isFinite(loss)) { // the training itself may be sound: it goes on
                    note(VALIDATION_LOSS + " is " + loss + " after epoch " + epoch()
                            + ": the validation data, or what the model makes of them, hold NaN or infinite numbers");
                }
            }
            figures = all;
            known.putAll(all);
            double seconds = epochSecondsBefore + (System.nanoTime() - epochStart) / 1e9;
            reports.add(new EpochReport(epoch(), step, all, examples, seconds));
            for (Callback callback : callbacks) {
                callback.epochDone(this);
            }
            epochsDone++;
            batchesBefore = batch;
            batch = 0;
            examples = 0;
            epochSecondsBefore = 0;
            means.clear();
        }

        // ------------------------------------------------------------ checkpoints

        private void saveIfDue(boolean epochEnded) throws IOException {
            if (checkpoints != null && task.isWhole() && checkpoints.isDue(step, epochEnded)) {
                save();
            }
        }

        private void save() throws IOException {
            if (checkpoints == null || saved == step || !task.isWhole()) {
                return;
            }
            Checkpoints place = checkpoints;
            saying(() -> place.save(step, new Checkpoint(state(), signature()), known));
            saved = step;
        }

        /** What is not finite is told with the place where it was found. */
        private void saying(Look look) throws IOException {
            try {
                look.look();
            } catch (DivergedException e) {
                String bad = badData();
                throw new DivergedException((bad == null ? e.getMessage() + " after " + where() : bad) + lastGood());
            }
        }

        /** What a checkpoint must have been made with. */
        private Map<String, String> signature() {
            var all = new LinkedHashMap<>(task.signature());
            all.put("batch size", String.valueOf(data.batchSize()));
            all.put("data", data.isSized() ? data.dataset().toString() : "a stream");
            return all;
        }

        private State state() {
            var own = new State(new LinkedHashMap<>(), new LinkedHashMap<>());
            // Seeds have 64 bits, more than a double holds.
            own.tensors().put("random", Tensor.of(new long[] {source.seed(), source.draws()}));
            own.tensors().put("seed", Tensor.of(new long[] {loader.position().seed()}));
            own.numbers().put("epochs", (double) epochsDone);
            own.numbers().put("batch", (double) batch);
            own.numbers().put("step", (double) step);
            own.numbers().put("examples", (double) examples);
            own.numbers().put("seconds", seconds());
            own.numbers().put("epoch_seconds", epochSecondsBefore + (System.nanoTime() - epochStart) / 1e9);
            State all = task.state()
                    .prefixed("task")
                    .and(own.prefixed(TRAINER))
                    .and(means.state().prefixed("means"))
                    .and(new State(Map.of(), known).prefixed("known"));
            for (Callback callback : callbacks) {
                all = all.and(callback.state().prefixed("callback." + callback.name()));
            }
            return all;
        }

        private void restore(Checkpoint checkpoint) {
            requireSame(checkpoint.notes());
            State own = checkpoint.state().under(TRAINER);
            Map<String, Double> numbers = own.numbers();
            task.load(checkpoint.state().under("task"));
            means.load(checkpoint.state().under("means"));
            known.putAll(checkpoint.state().under("known").numbers());
            long[] drawn =
                    own.tensors().getOrDefault("random", Tensor.of(new long[2])).toLongArray();
            if (drawn[0] != source.seed()) {
                note("the random numbers are the checkpoint's, of seed " + drawn[0] + ", not of seed " + source.seed());
            }
            source = Random.resumed(drawn[0], drawn[1]);
            mode = Mode.training(source);
            epochsDone = number(numbers, "epochs").intValue();
            batch = number(numbers, "batch").longValue();
            step = number(numbers, "step").longValue();
            examples = number(numbers, "examples").longValue();
            secondsBefore = number(numbers, "seconds");
            epochSecondsBefore = batch == 0 ? 0 : number(numbers, "epoch_seconds");
            long seed =
                    own.tensors().getOrDefault("seed", Tensor.of(new long[1])).itemAsLong();
            loader = data.resume(new Loader.Position(seed, epochsDone, batch));
            for (Callback callback : callbacks) {
                callback.load(checkpoint.state().under("callback." + callback.name()));
            }
            saved = step;
        }

        private void requireSame(Map<String, String> was) {
            signature().forEach((name, is) -> {
                String before = was.getOrDefault(name, "");
                if (!before.equals(is)) {
                    String[] difference = difference(before, is);
                    throw new IllegalStateException("the checkpoints in " + folder() + " are of another training: its "
                            + name + " was " + difference[0] + ", this one's is " + difference[1]
                            + "; make it the same, or begin a new training in another folder");
                }
            });
        }

        private static String words(String line) {
            return line.strip().replaceAll("\\s+", " ");
        }

        /** The first lines of two texts that differ. */
        private static String[] difference(String before, String now) {
            String[] a = before.split("\n", -1);
            String[] b = now.split("\n", -1);
            int line = 0;
            while (line < Math.min(a.length, b.length) - 1 && a[line].equals(b[line])) {
                line++;
            }
            return new String[] {words(a[line]), words(b[line])};
        }

        private Double number(Map<String, Double> numbers, String name) {
            return numbers.getOrDefault(name, 0.);
        }

        private String folder() {
            return checkpoints == null ? "" : checkpoints.folder().toString();
        }

        // ------------------------------------------------------------ what callbacks see

        @Override
        public int epoch() {
            return epochsDone + 1;
        }

        @Override
        public OptionalInt epochs() {
            return epochs == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(epochs);
        }

        @Override
        public long step() {
            return step;
        }

        @Override
        public OptionalLong steps() {
            if (epochs == Integer.MAX_VALUE || !data.isSized()) {
                return steps == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(steps);
            }
            return OptionalLong.of(Math.min(steps, epochs * data.batches()));
        }

        @Override
        public long examples() {
            return examples;
        }

        @Override
        public OptionalLong examplesPerEpoch() {
            return data.isSized() ? OptionalLong.of(data.examples()) : OptionalLong.empty();
        }

        @Override
        public double seconds() {
            return secondsBefore + (System.nanoTime() - start) / 1e9;
        }

        @Override
        public double waited() {
            return waited;
        }

        @Override
        public Map<String, Double> figures() {
            return figures;
        }

        @Override
        public void note(String event) {
            try {
                for (Callback callback : callbacks) {
                    callback.noted(this, event);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop(String reason) {
            if (stopped == null) {
                stopped = reason;
                if (running) {
                    note(STOPPED + reason);
                }
            }
        }
    }
}
