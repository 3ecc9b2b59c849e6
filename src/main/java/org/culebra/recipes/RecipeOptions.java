package org.culebra.recipes;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a run of a recipe may be told. Whatever is empty, the recipe decides.
 *
 * @param epochs passes over the training data, at least 1
 * @param batchSize examples per step, at least 1
 * @param learningRate of the optimizer, positive
 * @param seed of every random number that the run draws
 * @param dataDirectory where to look for data sets first
 * @param saveTo the file that receives the trained model; if empty, one named after the recipe in the current folder
 * @param progress whether a progress bar may be drawn on standard error
 * @param out where lines for people go
 */
public record RecipeOptions(
        OptionalInt epochs,
        OptionalInt batchSize,
        OptionalDouble learningRate,
        long seed,
        Optional<Path> dataDirectory,
        Optional<Path> saveTo,
        boolean progress,
        PrintStream out) {

    /** Checks the ranges. */
    public RecipeOptions {
        require(epochs.orElse(1) >= 1, "epochs: at least 1, not " + epochs.orElse(1));
        require(batchSize.orElse(1) >= 1, "batch size: at least 1, not " + batchSize.orElse(1));
        double rate = learningRate.orElse(1);
        require(rate > 0 && Double.isFinite(rate), "learning rate: a positive number, not " + rate);
    }

    /** Everything left to the recipe, seed 0, no progress bar, lines to standard output. */
    public static RecipeOptions defaults() {
        return new RecipeOptions(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                false,
                System.out);
    }

    /** The same with this many passes over the training data. */
    public RecipeOptions withEpochs(int number) {
        return new RecipeOptions(
                OptionalInt.of(number), batchSize, learningRate, seed, dataDirectory, saveTo, progress, out);
    }

    /** The same with this many examples per step. */
    public RecipeOptions withBatchSize(int size) {
        return new RecipeOptions(
                epochs, OptionalInt.of(size), learningRate, seed, dataDirectory, saveTo, progress, out);
    }

    /** The same with this learning rate. */
    public RecipeOptions withLearningRate(double rate) {
        return new RecipeOptions(
                epochs, batchSize, OptionalDouble.of(rate), seed, dataDirectory, saveTo, progress, out);
    }

    /** The same with this seed. */
    public RecipeOptions withSeed(long newSeed) {
        return new RecipeOptions(epochs, batchSize, learningRate, newSeed, dataDirectory, saveTo, progress, out);
    }

    /** The same, looking for data sets in this folder first. */
    public RecipeOptions withDataDirectory(Path folder) {
        return new RecipeOptions(epochs, batchSize, learningRate, seed, Optional.of(folder), saveTo, progress, out);
    }

    /** The same, saving the trained model to this file. */
    public RecipeOptions withSaveTo(Path file) {
        return new RecipeOptions(
                epochs, batchSize, learningRate, seed, dataDirectory, Optional.of(file), progress, out);
    }

    /** The same with or without a progress bar. */
    public RecipeOptions withProgress(boolean wanted) {
        return new RecipeOptions(epochs, batchSize, learningRate, seed, dataDirectory, saveTo, wanted, out);
    }

    /** The same with lines for people going there. */
    public RecipeOptions withOut(PrintStream stream) {
        return new RecipeOptions(epochs, batchSize, learningRate, seed, dataDirectory, saveTo, progress, stream);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
