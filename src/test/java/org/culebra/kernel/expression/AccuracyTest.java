package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.culebra.kernel.expression.Expression.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * f32 within 2 ulp and f64 within 4 ulp, everywhere, with the right special values.
 *
 * <p>{@code -Dculebra.accuracy.stride=0} sweeps every float instead of one in 16384, and makes the f64 samples 160 times as large.
 */
class AccuracyTest {

    private static final int STRIDE = Integer.getInteger("culebra.accuracy.stride", 14);
    private static final int COUNT = STRIDE == 0 ? 32_000 : 200;

    static Set<Function> functions() {
        return Accuracy.FUNCTIONS;
    }

    @ParameterizedTest
    @MethodSource("functions")
    void narrow(Function function) {
        Accuracy accuracy = Accuracy.narrow(function, STRIDE);
        assertTrue(accuracy.worst() <= 2, accuracy::toString);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void wide(Function function) {
        Accuracy accuracy = Accuracy.wide(function, COUNT);
        assertTrue(accuracy.worst() <= 4, accuracy::toString);
    }

    @Test
    void power() {
        Accuracy narrow = Accuracy.narrowPower(500 * COUNT);
        assertTrue(narrow.worst() <= 2, narrow::toString);
        Accuracy wide = Accuracy.widePower(COUNT);
        assertTrue(wide.worst() <= 4, wide::toString);
    }
}
