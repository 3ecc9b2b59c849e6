package org.culebra.train;

/**
 * What an epoch came to.
 *
 * @param epoch its number, from 1 on
 * @param loss mean over the images, each seen with the parameters of its step
 * @param accuracy fraction of the images whose class was predicted right, likewise
 * @param images seen
 * @param seconds it took
 */
public record EpochReport(int epoch, double loss, double accuracy, long images, double seconds) {
    /** Training speed. */
    public double imagesPerSecond() {
        return images / seconds;
    }
}
