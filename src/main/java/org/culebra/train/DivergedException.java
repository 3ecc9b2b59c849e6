package org.culebra.train;

/** The loss became infinite or NaN: nothing good can come of going on. */
public final class DivergedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    DivergedException(int epoch, long step, double loss, double learningRate) {
        super("training diverged: the loss is " + loss + " in step " + step + " of epoch " + epoch
                + "; try a learning rate below " + learningRate);
    }
}
