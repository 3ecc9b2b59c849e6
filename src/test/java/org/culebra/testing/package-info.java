/** What several tests share. */
@NullMarked
package org.culebra.testing;

import org.jspecify.annotations.NullMarked;
