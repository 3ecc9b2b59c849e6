package org.culebra.train;

import java.util.Locale;
import org.culebra.optim.Plateau;
import org.culebra.optim.State;

/**
 * Lowers the learning rate when a figure of the epochs has not become better for a while, by the rule of a {@link Plateau}.
 *
 * <pre>{@code
 * trainer.callback(OnPlateau.of(Plateau.of(optimizer).factor(.5).patience(3), "validation_loss"));
 * }</pre>
 *
 * <p>What it remembers is in the checkpoints. A schedule sets the rate anew and undoes what this does: have one of the two.
 */
public final class OnPlateau implements Callback {
    private final Plateau plateau;
    private final Monitor monitor;

    private OnPlateau(Plateau plateau, Monitor monitor) {
        this.plateau = plateau;
        this.monitor = monitor;
    }

    /**
     * Tells a plateau this figure after each epoch; whether it is to fall or to rise is the plateau's to know.
     *
     * @param figure its name, such as {@code validation_loss}
     */
    public static OnPlateau of(Plateau plateau, String figure) {
        return new OnPlateau(plateau, Monitor.lowest(figure));
    }

    /**
     * Says so if the rate is lowered.
     *
     * @throws IllegalStateException if the epoch has no such figure
     */
    @Override
    public void epochDone(Progress progress) {
        if (plateau.step(monitor.value("plateau", progress.figures()))) {
            progress.note(String.format(
                    Locale.ROOT,
                    "learning rate lowered: %s has not been better than %.6g",
                    monitor.figure(),
                    plateau.best()));
        }
    }

    @Override
    public State state() {
        return plateau.state();
    }

    @Override
    public void load(State state) {
        plateau.load(state);
    }
}
