package org.culebra.tensor;

import java.util.Arrays;
import java.util.List;

/** Settings that are one number for all axes or one per axis. */
final class PerAxis {
    private PerAxis() {}

    static List<Integer> list(int... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    static List<Integer> positive(String operation, String name, List<Integer> numbers) {
        for (int number : numbers) {
            if (number <= 0) {
                throw Errors.notPositive(operation, name, number);
            }
        }
        return List.copyOf(numbers);
    }

    static List<Integer> notNegative(String operation, String name, List<Integer> numbers) {
        for (int number : numbers) {
            if (number < 0) {
                throw SpatialErrors.negative(operation, name, number);
            }
        }
        return List.copyOf(numbers);
    }

    /** One number per axis. */
    static int[] spread(String operation, String name, List<Integer> numbers, int axes) {
        int[] spread = new int[axes];
        if (numbers.size() != 1 && numbers.size() != axes) {
            throw SpatialErrors.numbersPerAxis(operation, name, numbers, axes);
        }
        for (int k = 0; k < axes; k++) {
            spread[k] = numbers.get(numbers.size() == 1 ? 0 : k);
        }
        return spread;
    }
}
