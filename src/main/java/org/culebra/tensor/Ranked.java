package org.culebra.tensor;

/**
 * Elements in order, and where they were.
 *
 * @param values in order along an axis; differentiable
 * @param indices i64, of the same shape: the position of each along the axis
 */
public record Ranked(Tensor values, Tensor indices) {}
