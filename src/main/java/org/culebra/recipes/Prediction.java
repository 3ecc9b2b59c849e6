package org.culebra.recipes;

/**
 * What an image may show.
 *
 * @param label of the class
 * @param probability that a model gives it
 */
public record Prediction(String label, double probability) {}
