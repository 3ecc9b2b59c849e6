package org.culebra.train;

import java.util.List;
import java.util.Optional;

/**
 * How a training ended.
 *
 * @param epochs that were finished since it was started or resumed
 * @param steps done in all
 * @param seconds of training in all, also those before an interruption
 * @param stopped why it ended before its time, if it did
 */
public record TrainingResult(List<EpochReport> epochs, long steps, double seconds, Optional<String> stopped) {}
