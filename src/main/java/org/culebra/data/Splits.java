package org.culebra.data;

/**
 * A data set in its two parts.
 *
 * @param training to learn from
 * @param test held out: to judge what was learned
 * @param origin where they were read from, for people
 */
public record Splits(Dataset training, Dataset test, String origin) {}
