package org.culebra.train;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.culebra.optim.State;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A folder of {@link Checkpoint}s, {@code step-000001200.safetensors}: when they are written, and which of them are kept.
 *
 * <p>The last two are kept unless told otherwise: should one be damaged, there is the one before.
 */
public final class Checkpoints {
    private static final Pattern NAME = Pattern.compile("step-(\\d{9,18})\\.safetensors");
    private static final String SCORE = "score";
    private static final String DAMAGED = ".damaged";

    private final Path folder;
    private long every;
    private int last = 2;
    private int best;
    private @Nullable Monitor monitor;

    /** Scores of the files that were written or read; the others' are in the files. */
    private final Map<Path, Double> scores = new HashMap<>();

    private Checkpoints(Path folder) {
        this.folder = folder;
    }

    /** In this folder, one at the end of each epoch. */
    public static Checkpoints in(Path folder) {
        return new Checkpoints(folder);
    }

    /**
     * One after so many steps, each time.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public Checkpoints every(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("checkpoints: one every step at the most, not every " + steps);
        }
        every = steps;
        return this;
    }

    /**
     * How many of the last ones are kept.
     *
     * @throws IllegalArgumentException if that is none
     */
    public Checkpoints keepLast(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("checkpoints: at least the last one is kept, not " + count);
        }
        last = count;
        return this;
    }

    /**
     * How many of the best ones are kept beside the last.
     *
     * @param what tells which of two is better
     */
    public Checkpoints keepBest(int count, Monitor what) {
        best = Math.max(0, count);
        monitor = what;
        return this;
    }

    /** Where they are. */
    public Path folder() {
        return folder;
    }

    boolean isDue(long step, boolean epochEnded) {
        return every == 0 ? epochEnded : step % every == 0;
    }

    /**
     * Makes the folder.
     *
     * @throws IOException if that is not possible
     */
    void prepare() throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException("the folder " + folder + " for checkpoints cannot be made", e);
        }
        ModelFile.requireWritable(folder.resolve("step.safetensors"));
    }

    /** The file for a step. */
    Path file(long step) {
        return folder.resolve(String.format(Locale.ROOT, "step-%09d.safetensors", step));
    }

    // ---------------------------------------------------------------- writing

    /**
     * Writes one and removes those that are not to be kept.
     *
     * @param figures the last ones known, for the score
     * @throws DivergedException if a number of the state's tensors is NaN or infinite: what was good is not replaced by that
     */
    void save(long step, Checkpoint checkpoint, Map<String, Double> figures) throws IOException {
        requireFinite(checkpoint.state());
        double score = monitor == null ? Double.NaN : monitor.score(figures);
        var numbers = new State(checkpoint.state().tensors(), checkpoint.state().numbers());
        numbers.numbers().put(SCORE, score);
        Path file = file(step);
        new Checkpoint(numbers, checkpoint.notes()).write(file);
        scores.put(file, score);
        clean();
    }

    /** Throws if a number of the tensors is NaN or infinite. */
    static void requireFinite(State state) {
        state.tensors().forEach((name, tensor) -> {
            if (tensor.dtype().isFloating() && !isFinite(tensor)) {
                throw new DivergedException("training diverged: " + name + " holds NaN or infinite numbers");
            }
        });
    }

    private static boolean isFinite(Tensor tensor) {
        return Tape.scoped(() -> tensor.isFinite().not().sum()).itemAsLong() == 0;
    }

    private void clean() throws IOException {
        List<Path> files = files();
        Set<Path> kept = new HashSet<>(files.subList(0, Math.min(last, files.size())));
        if (best > 0) {
            bestFirst(files).stream().limit(best).forEach(kept::add);
        }
        for (Path file : files) {
            if (!kept.contains(file)) {
                Files.deleteIfExists(file);
                scores.remove(file);
            }
        }
    }

    private List<Path> bestFirst(List<Path> files) {
        // Of two that are as good as each other the later one: the sort is stable, and the latest come first.
        List<Path> scored = new ArrayList<>(files);
        scored.removeIf(file -> Double.isNaN(score(file)));
        scored.sort(Comparator.comparingDouble((Path file) -> score(file)).reversed());
        return scored;
    }

    private double score(Path file) {
        return scores.computeIfAbsent(file, path -> {
            try {
                return Checkpoint.read(path).state().numbers().getOrDefault(SCORE, Double.NaN);
            } catch (IOException e) {
                return Double.NaN; // what cannot be read is not the best
            }
        });
    }

    // ---------------------------------------------------------------- reading

    /** All files, the latest first. */
    public List<Path> files() throws IOException {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                if (step(file).isPresent()) {
                    files.add(file);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        files.sort(Comparator.comparingLong((Path file) -> step(file).orElse(0)).reversed());
        return files;
    }

    private static OptionalLong step(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        return name.matches() ? OptionalLong.of(Long.parseLong(name.group(1))) : OptionalLong.empty();
    }

    /** The best file by {@link #keepBest}, if there is one. */
    public Optional<Path> best() throws IOException {
        return bestFirst(files()).stream().findFirst();
    }

    /**
     * The latest that is whole. Those that are not are put aside: {@code step-000001200.safetensors.damaged}.
     *
     * @param messages are told of each one that is not, in a sentence
     */
    public Optional<Checkpoint> latest(Consumer<String> messages) throws IOException {
        List<Path> files = files();
        for (Path file : files) {
            try {
                return Optional.of(Checkpoint.read(file));
            } catch (IOException e) {
                boolean last = file.equals(files.getLast());
                messages.accept(e.getMessage()
                        + (last
                                ? "; no whole one is left: the training begins anew"
                                : "; the checkpoint before it is used"));
                Files.move(
                        file, file.resolveSibling(file.getFileName() + DAMAGED), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return Optional.empty();
    }
}
