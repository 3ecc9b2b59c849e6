package org.culebra.tensor;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/** What {@link Indexing} says, in terms of {@link Gather} and {@link ScatterAdd}: checks, broadcasting, arrangement. */
final class Selection {
    private Selection() {}

    // ---------------------------------------------------------------- gather and scatter

    static Tensor gather(String operation, Tensor x, int axis, Tensor index) {
        int along = x.shape().axis(operation, axis);
        if (index.rank() != x.rank()) {
            throw IndexErrors.ranks(operation, x, index);
        }
        Shape others = Shape.broadcast(x.shape().without(along), index.shape().without(along));
        if (others == null) {
            throw IndexErrors.doNotBroadcast(operation, along, x, index);
        }
        return taken(x, along, checked(operation, index, along, x), others);
    }

    /** One element along an axis for each index; the other axes have these sizes. */
    private static Tensor taken(Tensor x, int along, Tensor index, Shape others) {
        return new Gather(along)
                .one(
                        x.expand(others.insert(along, x.dim(along))),
                        index.expand(others.insert(along, index.dim(along))));
    }

    static Tensor scatterAdd(Tensor x, int axis, Tensor index, Tensor source) {
        int along = x.shape().axis("scatterAdd", axis);
        if (index.rank() != x.rank() || source.rank() != x.rank()) {
            throw IndexErrors.ranks("scatterAdd", x, index, source);
        }
        Shape common = Shape.broadcast(index.shape(), source.shape());
        if (common == null || !common.without(along).expandsTo(x.shape().without(along))) {
            throw IndexErrors.doNotBroadcast("scatterAdd", along, x, index, source);
        }
        Tensor checked = checked("scatterAdd", index, along, x);
        return added(x, along, checked, source, x.shape().with(along, common.dim(along)));
    }

    private static Tensor added(Tensor x, int along, Tensor index, Tensor source, Shape common) {
        boolean small = source.dtype() == DType.U8 || source.dtype() == DType.BOOL;
        Tensor wide = small ? source.to(DType.I32) : source;
        return x.add(new ScatterAdd(along, x.dim(along)).one(wide.expand(common), index.expand(common)));
    }

    static Tensor indexSelect(String operation, Tensor x, int axis, Tensor index) {
        int along = x.shape().axis(operation, axis);
        requireVector(operation, index);
        Tensor checked = checked(operation, index, along, x);
        return taken(x, along, alongAxis(x, along, checked), x.shape().without(along));
    }

    static Tensor indexAdd(Tensor x, int axis, Tensor index, Tensor source) {
        int along = x.shape().axis("indexAdd", axis);
        requireVector("indexAdd", index);
        Shape common = x.shape().with(along, index.size());
        if (source.rank() > x.rank() || !source.shape().expandsTo(common)) {
            throw Errors.doesNotExpand("indexAdd", source, common);
        }
        Tensor checked = checked("indexAdd", index, along, x);
        return added(x, along, alongAxis(x, along, checked), source, common);
    }

    /** A vector of indices with x's rank: size 1 along all axes but one. */
    private static Tensor alongAxis(Tensor x, int along, Tensor index) {
        long[] dims = new long[x.rank()];
        Arrays.fill(dims, 1);
        dims[along] = index.size();
        return index.reshape(dims);
    }

    private static void requireVector(String operation, Tensor index) {
        if (index.rank() != 1) {
            throw IndexErrors.notAVector(operation, index);
        }
    }

    static Tensor embedding(Tensor table, Tensor index) {
        if (table.rank() == 0) {
            throw Errors.rankAtLeast("embedding", 1, table);
        }
        Tensor checked = checked("embedding", index, 0, table);
        Tensor rows = taken(
                table,
                0,
                alongAxis(table, 0, checked.reshape(index.size())),
                table.shape().without(0));
        return rows.reshape(index.shape().append(table.shape().without(0).raw()));
    }

    static Tensor oneHot(Tensor labels, long classes, DType dtype) {
        if (classes < 0) {
            throw IndexErrors.negativeCount("oneHot", "classes", classes);
        }
        requireInteger("oneHot", labels);
        Tensor index = labels.to(DType.I64).contiguous();
        long outside = Kernels.firstOutside(index.strided(), classes);
        if (outside >= 0) {
            throw IndexErrors.labelOutOfBounds(
                    labels, index.reshape(index.size()).get(outside), classes);
        }
        DType summed = dtype == DType.U8 || dtype == DType.BOOL ? DType.I32 : dtype;
        Shape ones = labels.shape().append(1);
        return Tape.untracked(() -> new ScatterAdd(labels.rank(), classes)
                .one(Tensor.ones(summed).expand(ones), index.reshape(ones))
                .to(dtype));
    }

    // ---------------------------------------------------------------- masks

    static Tensor maskedSelect(Tensor x, Tensor mask) {
        if (mask.dtype() != DType.BOOL) {
            throw IndexErrors.notAMask("maskedSelect", mask);
        }
        Shape common = Shape.broadcast(x.shape(), mask.shape());
        if (common == null) {
            throw Errors.doNotBroadcast("maskedSelect", x, mask);
        }
        Tensor chosen = nonZero(mask.expand(common).reshape(common.size()));
        return new Gather(0).one(x.expand(common).reshape(common.size()), chosen.reshape(chosen.size()));
    }

    static Tensor nonZero(Tensor x) {
        Tensor mask = x.compact(DType.BOOL);
        long count = reading(mask, Kernels::countTrue);
        Tensor positions = Tensor.uninitialized(DType.I64, Shape.of(count, x.rank()));
        return reading(mask, array -> {
            Kernels.positionsOfTrue(array, positions.strided());
            return positions;
        });
    }

    // ---------------------------------------------------------------- order

    static Ranked sort(Tensor x, int axis, boolean descending) {
        int along = x.shape().axis("sort", axis);
        return ranked(x, along, rank("sort", x, along, x.dim(along), descending));
    }

    static Ranked topK(Tensor x, long k, int axis, boolean largest) {
        int along = x.shape().axis("topK", axis);
        if (k < 0 || k > x.dim(along)) {
            throw IndexErrors.topTooMany(x, k, along);
        }
        return ranked(x, along, rank("topK", x, along, k, largest));
    }

    private static Ranked ranked(Tensor x, int along, Tensor order) {
        return new Ranked(new Gather(along).one(x, order), order);
    }

    static Tensor rank(String operation, Tensor x, int along, long count, boolean descending) {
        if (x.dim(along) > Integer.MAX_VALUE - 8) {
            throw IndexErrors.tooLongToSort(operation, x, along);
        }
        Tensor order = Tensor.uninitialized(DType.I64, x.shape().with(along, count));
        return reading(x, array -> {
            Kernels.rank(array, along, descending, order.strided());
            return order;
        });
    }

    // ---------------------------------------------------------------- joining

    static Tensor stack(int axis, List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw IndexErrors.nothingToStack();
        }
        Tensor first = tensors.get(0);
        int rank = first.rank();
        int at = axis < 0 ? axis + rank + 1 : axis;
        if (at < 0 || at > rank) {
            throw Errors.noPlaceForAxis("stack", axis, first);
        }
        List<Tensor> raised = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (!tensor.shape().equals(first.shape())) {
                throw IndexErrors.stackShapes(first, tensor);
            }
            raised.add(tensor.unsqueeze(at));
        }
        return Concat.of(at, raised);
    }

    // ---------------------------------------------------------------- checks

    /** The indices as i64, once all are known to be positions along the axis of x. */
    private static Tensor checked(String operation, Tensor index, int along, Tensor x) {
        requireInteger(operation, index);
        Tensor wide = index.to(DType.I64);
        long outside = reading(wide.compact(DType.I64), positions -> Kernels.firstOutside(positions, x.dim(along)));
        if (outside >= 0) {
            throw IndexErrors.outOfBounds(operation, index, outside, along, x);
        }
        return wide;
    }

    private static void requireInteger(String operation, Tensor index) {
        if (!index.dtype().isInteger()) {
            throw IndexErrors.notIntegers(operation, index);
        }
    }

    /** Work on an array whose owner nobody may refer to afterwards. */
    private static <T> T reading(Tensor x, Function<Strided, T> work) {
        try {
            return work.apply(x.strided());
        } finally {
            Reference.reachabilityFence(x);
        }
    }
}
