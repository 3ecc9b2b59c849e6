/**
 * Probability distributions: densities, samples with gradients, entropies and divergences.
 *
 * <pre>{@code
 * Distribution posterior = Normal.of(mean, deviation).independent(1);   // mean, deviation: [B, N]
 * Tensor z = posterior.sampleReparameterized(random);                   // [B, N], with gradients
 * Tensor kl = Kl.of(posterior, Normal.standard(DType.F32, N).independent(1));   // [B]
 * }</pre>
 *
 * <p>Words: an <em>event</em> is one draw, a number or a vector, whose density is one number; a <em>batch</em> is many distributions
 * side by side, independent but not alike. A <em>reparameterized</em> sample is a smooth function of the parameters and of random
 * numbers that do not depend on them, so it has gradients. A <em>bijection</em> is a function with an inverse.
 *
 * <p>Letters in shapes: S the axes that a sample is asked for, B those of the batch, E those of an event, N the length of an event that
 * is a vector, K the number of categories or components. Samples are [S, B, E]; densities of [S, B, E] are [S, B]; means are [B, E];
 * entropies are [B]. Parameters broadcast to B.
 *
 * <p>Everything is written in operations of {@link org.culebra.tensor.Tensor}, so all of it has gradients of any order. Distributions
 * compute with their parameters when they are made: where gradients by these are wanted, make them under the tape.
 */
@NullMarked
package org.culebra.distributions;

import org.jspecify.annotations.NullMarked;
