/**
 * What a training left behind, to look at: a page per run, a page that compares runs, a page that follows a run while it goes
 * on, TensorBoard's event files, and plots.
 *
 * <p>A <b>run folder</b> is the folder a training writes to; reports depend on its files alone, so that they can be made of a run
 * that still goes on, was killed, or was made elsewhere. A <b>figure</b> is a number with a name ({@code validation_loss}), a
 * <b>curve</b> a figure over the steps, a <b>picture group</b> the pictures of one kind. The <b>parts</b> of a run are the trainings that
 * it is made of, where it is several; those of a page are pieces with a name each, which the live page can replace without touching the
 * others.
 */
@NullMarked
package org.culebra.report;

import org.jspecify.annotations.NullMarked;
