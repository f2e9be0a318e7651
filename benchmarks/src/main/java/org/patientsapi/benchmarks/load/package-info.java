/** How much load the product bears, beside what its own database and search engine bear on the same machine. */
@NullMarked
package org.patientsapi.benchmarks.load;

import org.jspecify.annotations.NullMarked;
