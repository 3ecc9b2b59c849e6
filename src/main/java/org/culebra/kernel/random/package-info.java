/**
 * Random numbers as a pure function of where they are: Philox 4×32-10.
 *
 * <p>Element i of stream s under key k is a number that anybody can compute at any time, alone or with its neighbours, on any number
 * of threads: nothing is carried from one to the next.
 *
 * <p>The generator turns a <b>block</b> number into four <b>words</b> of 32 bits. Sixteen blocks are a <b>group</b>, and the
 * elements of a group take the first word of each block, then the second of each, and so on: element e of 64 is word e/16 of
 * block e mod 16. So vectors of any width are stored as they are computed, with no shuffling. Elements of 64 bits take two words:
 * element e of 32 is words 2(e/16) (low) and 2(e/16)+1 (high) of block e mod 16.
 */
@NullMarked
package org.culebra.kernel.random;

import org.jspecify.annotations.NullMarked;
