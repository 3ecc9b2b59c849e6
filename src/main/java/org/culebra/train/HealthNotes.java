package org.culebra.train;

import java.util.ArrayDeque;
import java.util.Queue;

/** Lets everybody who listens to a training know what a {@link HealthProbe} warns of. */
public final class HealthNotes implements Callback {
    private final Queue<String> news = new ArrayDeque<>();

    private HealthNotes() {}

    /** Of this probe, which tells nobody else. */
    public static HealthNotes of(HealthProbe probe) {
        var notes = new HealthNotes();
        probe.telling(notes.news::add);
        return notes;
    }

    @Override
    public void stepDone(Progress progress) {
        while (!news.isEmpty()) {
            progress.note(news.remove());
        }
    }
}
