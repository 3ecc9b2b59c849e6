package org.culebra.tensor;

/**
 * A = V·diag(λ)·Vᵀ, with V·Vᵀ = 1.
 *
 * @param values λ, ascending: [..., N]
 * @param vectors V: [..., N, N], of which column i belongs to λᵢ; the largest number of each column is positive
 */
public record Eigen(Tensor values, Tensor vectors) {}
