package org.culebra.kernel;

/**
 * How a window slides along one axis: output i sees the inputs {@code i·stride − padding + k·dilation}, k = 0 … size − 1, as
 * far as they exist.
 *
 * @param size number of inputs that a window sees
 * @param stride from one window to the next
 * @param padding by how much the first window begins before the first input
 * @param dilation distance of the inputs that a window sees
 * @param inputs length of the axis
 * @param outputs number of windows
 */
public record Window(int size, int stride, int padding, int dilation, int inputs, int outputs) {

    /** Where a window begins; negative in the padding. */
    public int start(int output) {
        return output * stride - padding;
    }

    /** The first k of a window that is an input. */
    public int first(int output) {
        int start = start(output);
        return start >= 0 ? 0 : Math.ceilDiv(-start, dilation);
    }

    /** The first k behind a window's inputs. */
    public int end(int output) {
        return Math.min(size, Math.ceilDiv(inputs - start(output), dilation));
    }

    /** The first output whose window begins in the inputs. */
    public int interior() {
        return Math.min(outputs, Math.ceilDiv(padding, stride));
    }

    /** The first output behind those whose windows begin and end in the inputs. */
    public int interiorEnd() {
        int last = inputs - 1 - (size - 1) * dilation + padding;
        return last < 0 ? interior() : Math.clamp(last / stride + 1, interior(), outputs);
    }
}
