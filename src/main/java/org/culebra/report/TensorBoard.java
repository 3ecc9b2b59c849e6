package org.culebra.report;

import java.io.IOException;
import java.nio.file.Path;
import org.culebra.train.Callback;
import org.culebra.train.Progress;
import org.jspecify.annotations.Nullable;

/** Writes the figures of a training to an {@link EventFile}: {@code tensorboard --logdir FOLDER} shows them. */
public final class TensorBoard implements Callback {
    private static final long STEPS_PER_RECORD = 10;

    private final Path folder;
    private @Nullable EventFile file;

    private TensorBoard(Path folder) {
        this.folder = folder;
    }

    /** Into this folder. */
    public static TensorBoard in(Path folder) {
        return new TensorBoard(folder);
    }

    @Override
    public void started(Progress progress) throws IOException {
        file = EventFile.create(folder);
    }

    @Override
    public void stepDone(Progress progress) throws IOException {
        if (progress.step() % STEPS_PER_RECORD == 0) {
            write("step/", progress);
        }
    }

    @Override
    public void epochDone(Progress progress) throws IOException {
        write("epoch/", progress);
    }

    private void write(String prefix, Progress progress) throws IOException {
        if (file != null) {
            for (var figure : progress.figures().entrySet()) {
                file.scalar(prefix + figure.getKey(), progress.step(), figure.getValue());
            }
        }
    }

    @Override
    public void noted(Progress progress, String event) throws IOException {
        if (file != null) {
            file.text("events", progress.step(), event);
        }
    }

    @Override
    public void ended(Progress progress) throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
