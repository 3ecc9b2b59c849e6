package org.culebra.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A data set in batches, to be looped over once per epoch:
 *
 * <pre>{@code
 * var loader = Loader.of(dataset).batchSize(128).shuffle(random).transform(Transform.normalize(255, .5, .5));
 * for (Batch batch : loader) { … }
 * }</pre>
 *
 * <p>Each loop is another epoch. Its batches depend on the seed and the number of the epoch only: they are the same bits in the
 * same order however many are made ahead. <b>A batch lives until the next one is asked for</b>: its memory is then used again,
 * and touching it is an {@link IllegalStateException}.
 *
 * <p>{@link #position} says where the loop begun last stands; {@link #resume} goes on there, in this process or another.
 */
public final class Loader implements Iterable<Batch> {
    private static final int BATCH = 32;
    private static final int AHEAD = 2;

    private final @Nullable Dataset dataset;
    private final @Nullable DataStream stream;
    private int batchSize = BATCH;
    private boolean wholeOnly;
    private Sampler sampler = Sampler.inOrder();
    private @Nullable Random random;
    private Transform transform = Loader::bytesToUnit;
    private Transform targetTransform = Transform.identity();
    private @Nullable Mix mix;
    private int prefetch = AHEAD;

    /** Where the first loop begins. */
    private final Position first;

    /** Where the next loop begins. */
    private final AtomicReference<Position> next;

    /** Where the loop begun last stands. */
    private final AtomicReference<Position> reached;

    /**
     * A place in the data.
     *
     * @param seed of the order and of the random transforms; 0 if there are none
     * @param epoch loops begun before
     * @param batch batches of this one handed out before
     */
    public record Position(long seed, long epoch, long batch) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if the epoch or the batch is negative
         */
        public Position {
            if (epoch < 0 || batch < 0) {
                throw new IllegalArgumentException("loader: there is no batch " + batch + " of epoch " + epoch);
            }
        }

        private Position following() {
            return new Position(seed, epoch + 1, 0);
        }
    }

    private Loader(@Nullable Dataset dataset, @Nullable DataStream stream, Position first) {
        this.dataset = dataset;
        this.stream = stream;
        this.first = first;
        this.next = new AtomicReference<>(first);
        this.reached = new AtomicReference<>(first);
    }

    /** The examples in their order, 32 at a time, bytes as numbers from 0 to 1. */
    public static Loader of(Dataset dataset) {
        return new Loader(dataset, null, new Position(0, 0, 0));
    }

    /** The examples of a stream as they come, 32 at a time, bytes as numbers from 0 to 1. */
    public static Loader of(DataStream stream) {
        return new Loader(null, stream, new Position(0, 0, 0));
    }

    private static Tensor bytesToUnit(Tensor inputs, Draws draws) {
        return inputs.dtype() == DType.U8 ? Transform.unit().apply(inputs, draws) : inputs;
    }

    // ---------------------------------------------------------------- options

    /** A copy that begins here, changed before anybody sees it. */
    private Loader with(Position start, Consumer<Loader> change) {
        var copy = new Loader(dataset, stream, start);
        copy.batchSize = batchSize;
        copy.wholeOnly = wholeOnly;
        copy.sampler = sampler;
        copy.random = random;
        copy.transform = transform;
        copy.targetTransform = targetTransform;
        copy.mix = mix;
        copy.prefetch = prefetch;
        change.accept(copy);
        return copy;
    }

    private Loader with(Consumer<Loader> change) {
        return with(first, change);
    }

    /**
     * The same with this many examples per batch; the last of a loop may have fewer.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Loader batchSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("loader: a batch needs at least 1 example, not " + size);
        }
        return with(copy -> copy.batchSize = size);
    }

    /** The same in a random order, another one for each loop; takes one draw of the source now and none later. */
    public Loader shuffle(Random source) {
        return sample(Sampler.shuffled(), source);
    }

    /**
     * The same in the order that a sampler says; takes one draw of the source now and none later.
     *
     * @throws IllegalArgumentException if this reads a stream, which has no positions: {@link DataStream#shuffled} can
     */
    public Loader sample(Sampler other, Random source) {
        if (stream != null) {
            throw new IllegalArgumentException(
                    "loader: a stream has no positions to sample from; hint: DataStream.shuffled");
        }
        return random(source).with(copy -> copy.sampler = other);
    }

    /** The same with a seed for what transforms and mixtures draw; takes one draw of the source now and none later. */
    public Loader random(Random source) {
        Random own = source.split();
        return with(new Position(own.seed(), first.epoch(), first.batch()), copy -> copy.random = own);
    }

    /** The same without a last batch that has fewer examples than the others. */
    public Loader dropLast() {
        return with(copy -> copy.wholeOnly = true);
    }

    /** The same with another transform of the inputs. */
    public Loader transform(Transform other) {
        return with(copy -> copy.transform = other);
    }

    /**
     * The same with a transform of the targets, where these are images, for instance. It is given the same random numbers as that
     * of the inputs: what crops and flips both does so alike.
     */
    public Loader transformTargets(Transform other) {
        return with(copy -> copy.targetTransform = other);
    }

    /** The same with batches of mixtures: {@link Mix#mixup}, {@link Mix#cutmix}. Needs a random source. */
    public Loader mix(Mix mixture) {
        return with(copy -> copy.mix = mixture);
    }

    /**
     * The same with up to {@code depth} batches made ahead by a thread in the background; 0 makes each on the caller's thread when
     * it is asked for. Two unless told otherwise.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Loader prefetch(int depth) {
        if (depth < 0) {
            throw new IllegalArgumentException("loader: the number of batches made ahead is at least 0, not " + depth);
        }
        return with(copy -> copy.prefetch = depth);
    }

    // ---------------------------------------------------------------- what it is

    /**
     * Where the examples come from.
     *
     * @throws IllegalStateException if that is a stream
     */
    public Dataset dataset() {
        if (dataset == null) {
            throw new IllegalStateException("loader: it reads a stream, of which nobody knows size and classes");
        }
        return dataset;
    }

    /** True if it is known how many batches there are: a data set is read, not a stream. */
    public boolean isSized() {
        return dataset != null;
    }

    /** Examples per batch. */
    public int batchSize() {
        return batchSize;
    }

    /**
     * Batches per loop.
     *
     * @throws IllegalStateException if a stream is read
     */
    public long batches() {
        long size = dataset().size();
        return wholeOnly ? size / batchSize : Math.ceilDiv(size, batchSize);
    }

    /**
     * Examples per loop.
     *
     * @throws IllegalStateException if a stream is read
     */
    public long examples() {
        return wholeOnly ? batches() * batchSize : dataset().size();
    }

    /** For example {@code batches of 32, 2 made ahead, of MNIST: 60000 images of 1×28×28 in 10 classes}. */
    @Override
    public String toString() {
        return "batches of " + batchSize + ", " + prefetch + " made ahead, of "
                + (dataset == null ? "a stream" : dataset.toString());
    }

    private long seed() {
        return random == null ? 0 : random.seed();
    }

    // ---------------------------------------------------------------- where it stands

    /** After which batch of which epoch the loop begun last stands: enough to go on exactly there. */
    public Position position() {
        return reached.get();
    }

    /**
     * The same, but the first loop goes on where another one stood: with the batches that it would have had next. The loops after
     * it are whole.
     *
     * @param position of a loader with the same data and options
     * @throws IllegalArgumentException if an epoch has fewer batches
     */
    public Loader resume(Position position) {
        if (dataset != null && position.batch() > batches()) {
            throw new IllegalArgumentException("loader: cannot go on after batch " + position.batch()
                    + " of an epoch of " + batches() + " batches");
        }
        return with(position, copy -> copy.random = random == null ? null : Random.seeded(position.seed()));
    }

    // ---------------------------------------------------------------- looping

    /**
     * Begins the next epoch.
     *
     * @throws IllegalArgumentException if there is not one batch
     */
    @Override
    public Batches iterator() {
        if (dataset != null) {
            requireBatch(dataset);
        }
        Position start = next.getAndUpdate(Position::following);
        reached.set(start);
        Iterator<Batch> epoch = dataset == null ? new OfStream(start) : new OfDataset(dataset, start);
        return new Batches(
                epoch, prefetch, start.batch(), count -> reached.set(new Position(start.seed(), start.epoch(), count)));
    }

    private void requireBatch(Dataset data) {
        if (data.size() == 0) {
            throw new IllegalArgumentException("loader: data set '" + data.name() + "' is empty");
        }
        if (batches() == 0) {
            throw new IllegalArgumentException("loader: the " + data.size() + " examples of '" + data.name()
                    + "' are not one whole batch of " + batchSize + ", and a smaller one is dropped");
        }
    }

    /** Numbers that no order is drawn from: the order takes draw e of the seed itself in epoch e. */
    private @Nullable Random drawn(Position start) {
        return random == null
                ? null
                : Random.resumed(~random.seed(), start.epoch()).split();
    }

    private static Draws draws(@Nullable Random epoch, long[] presentations) {
        return epoch == null ? Draws.none() : Draws.of(epoch, presentations);
    }

    /** Transforms and mixes, on whichever thread; outside all scopes, so that the batch can be handed to another one. */
    private Batch finish(
            Supplier<Tensor> inputs, Supplier<Tensor> targets, Draws draws, @Nullable Random epoch, long number) {
        return Scope.outside(() -> {
            Batch batch = new Batch(
                    Tape.scoped(() -> transform.apply(inputs.get(), draws)),
                    Tape.scoped(() -> targetTransform.apply(targets.get(), draws)));
            Mix mixture = mix;
            if (mixture == null) {
                return batch;
            }
            if (epoch == null) {
                throw new IllegalStateException(
                        "loader: a mixture draws random numbers, but there are none; hint: shuffle or random");
            }
            int classes = dataset == null ? 0 : dataset.classes().size();
            Random own = Random.resumed(~epoch.seed(), number).split();
            Batch mixed = Tape.untracked(() -> mixture.apply(batch, classes, own));
            batch.release();
            return mixed;
        });
    }

    /** One epoch of a data set. */
    private final class OfDataset implements Iterator<Batch> {
        private final Dataset data;
        private final long[] order;

        /** The position and how often it came before, as one number. */
        private final long[] presentations;

        private final @Nullable Random epoch;
        private long number;

        OfDataset(Dataset data, Position start) {
            this.data = data;
            order = Scope.outside(() -> sampler.order(data, Random.resumed(seed(), start.epoch())));
            if (order.length != data.size()) {
                throw new IllegalStateException("loader: the sampler gave " + order.length + " positions for the "
                        + data.size() + " examples of '" + data.name() + "'");
            }
            presentations = presentations(order);
            epoch = drawn(start);
            number = start.batch();
        }

        private static long[] presentations(long[] order) {
            int[] before = new int[order.length];
            return Arrays.stream(order)
                    .map(position -> position + (long) order.length * before[(int) position]++)
                    .toArray();
        }

        @Override
        public boolean hasNext() {
            return number < batches();
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("loader: no more batches");
            }
            int start = (int) (number * batchSize);
            int end = (int) Math.min(order.length, (number + 1) * batchSize);
            long[] positions = Arrays.copyOfRange(order, start, end);
            Draws draws = draws(epoch, Arrays.copyOfRange(presentations, start, end));
            return finish(
                    () -> data.inputs().get(positions), () -> data.targets().get(positions), draws, epoch, number++);
        }
    }

    /** One epoch of a stream. */
    private final class OfStream implements Iterator<Batch> {
        private final Cutter batches;
        private final @Nullable Random epoch;
        private long number;
        private long toSkip;

        OfStream(Position start) {
            DataStream data = Objects.requireNonNull(stream);
            batches = new Cutter(Scope.outside(() -> data.open(start.epoch())), batchSize);
            epoch = drawn(start);
            toSkip = start.batch();
        }

        @Override
        public boolean hasNext() {
            return Scope.outside(() -> {
                // What was handed out before an interruption is read once more, here: it may take long.
                for (; toSkip > 0 && batches.hasNext(); toSkip--) {
                    batches.next().release();
                    number++;
                }
                return wholeOnly ? batches.hasWhole() : batches.hasNext();
            });
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("loader: no more batches");
            }
            Batch raw = Scope.outside(batches::next);
            long first = number * batchSize;
            Draws draws = draws(epoch, Column.range(first, raw.size()));
            Batch batch = finish(raw.inputs()::copy, raw.targets()::copy, draws, epoch, number++);
            raw.release();
            return batch;
        }
    }
}
