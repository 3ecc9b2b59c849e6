package org.culebra.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.culebra.tensor.Tensor;

/** Pieces of any size → batches of one size, the last of which may be smaller. */
final class Cutter implements Iterator<Batch> {
    private final Iterator<Batch> pieces;
    private final int size;

    /** What was read and not handed out; {@code done} examples of the first were. */
    private final List<Batch> waiting = new ArrayList<>();

    private long done;
    private long there;

    Cutter(Iterator<Batch> pieces, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("stream: pieces need at least 1 example, not " + size);
        }
        this.pieces = pieces;
        this.size = size;
    }

    @Override
    public boolean hasNext() {
        return there > 0 || read();
    }

    /** True if another example came. */
    private boolean read() {
        while (pieces.hasNext()) {
            Batch piece = pieces.next();
            if (piece.size() != piece.targets().dim(0)) {
                throw new IllegalArgumentException("stream: a piece has " + piece.size() + " inputs but "
                        + piece.targets().dim(0) + " targets");
            }
            if (piece.size() > 0) {
                waiting.add(piece);
                there += piece.size();
                return true;
            }
        }
        return false;
    }

    /** True if the next batch is a whole one. */
    boolean hasWhole() {
        while (there < size && read()) {
            // until there are enough
        }
        return there >= size;
    }

    @Override
    public Batch next() {
        if (!hasWhole() && there == 0) {
            throw new NoSuchElementException("stream: no more examples");
        }
        long count = Math.min(size, there);
        var inputs = new ArrayList<Tensor>();
        var targets = new ArrayList<Tensor>();
        var used = new ArrayList<Batch>();
        for (long left = count; left > 0; ) {
            Batch piece = waiting.getFirst();
            long taken = Math.min(left, piece.size() - done);
            inputs.add(piece.inputs().narrow(0, done, taken));
            targets.add(piece.targets().narrow(0, done, taken));
            left -= taken;
            done += taken;
            if (done == piece.size()) {
                used.add(waiting.removeFirst());
                done = 0;
            }
        }
        there -= count;
        Batch batch = new Batch(joined(inputs), joined(targets));
        used.forEach(Batch::release);
        return batch;
    }

    /** One after the other, always a copy. */
    private static Tensor joined(List<Tensor> pieces) {
        return pieces.size() == 1 ? pieces.getFirst().copy() : Tensor.concat(0, pieces);
    }

    /** The first examples of a piece, which is given back. */
    static Batch first(Batch piece, long count) {
        Batch kept = new Batch(
                joined(List.of(piece.inputs().narrow(0, 0, count))),
                joined(List.of(piece.targets().narrow(0, 0, count))));
        piece.release();
        return kept;
    }
}
