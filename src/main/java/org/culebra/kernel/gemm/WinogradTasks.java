package org.culebra.kernel.gemm;

/**
 * How the tiles of a convolution are cut into tasks: some images each, or some rows of tiles of one image. It depends on the
 * shape alone.
 */
final class WinogradTasks {
    /** Tiles of a task: enough rows for a product, and with 64 channels a megabyte. */
    private static final long TILES = 64;

    private final long images;
    private final long down;
    private final long across;
    private final long chunks;
    private final long strips;

    /**
     * Cuts.
     *
     * @param down rows of tiles of an image
     * @param across tiles in a row
     */
    WinogradTasks(long images, long down, long across) {
        this.images = images;
        this.down = down;
        this.across = across;
        strips = Blocking.pieces(down, Math.max(1, TILES / across));
        chunks = strips > 1 ? images : Blocking.pieces(images, Math.max(1, TILES / (down * across)));
    }

    long count() {
        return chunks * strips;
    }

    long firstImage(long task) {
        return Blocking.start(images, chunks, task / strips);
    }

    long endImage(long task) {
        return Blocking.start(images, chunks, task / strips + 1);
    }

    /** The first row of tiles, in every image of the task. */
    long firstRow(long task) {
        return Blocking.start(down, strips, task % strips);
    }

    /** Rows of tiles in every image of the task. */
    long rows(long task) {
        return Blocking.start(down, strips, task % strips + 1) - firstRow(task);
    }

    /** Tiles in every image of the task. */
    long tilesPerImage(long task) {
        return rows(task) * across;
    }

    /** All tiles of the task. */
    long tiles(long task) {
        return (endImage(task) - firstImage(task)) * tilesPerImage(task);
    }
}
