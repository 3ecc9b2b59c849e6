package org.culebra.train;

import java.util.List;

/** Hears how a training goes. */
public interface Callback {
    /** A pass over so many images begins; epochs count from 1. */
    default void epochStarted(int epoch, long images) {}

    /** A step was made with so many images and this loss. */
    default void stepDone(long images, double loss) {}

    /** A pass ended. */
    default void epochDone(EpochReport report) {}

    /** All of these, one after the other. */
    static Callback all(Callback... callbacks) {
        List<Callback> each = List.of(callbacks);
        return new Callback() {
            @Override
            public void epochStarted(int epoch, long images) {
                each.forEach(callback -> callback.epochStarted(epoch, images));
            }

            @Override
            public void stepDone(long images, double loss) {
                each.forEach(callback -> callback.stepDone(images, loss));
            }

            @Override
            public void epochDone(EpochReport report) {
                each.forEach(callback -> callback.epochDone(report));
            }
        };
    }
}
