/** What all benchmarks share: the product in a process of its own, and a place in the documents for what was measured. */
@NullMarked
package org.patientsapi.benchmarks;

import org.jspecify.annotations.NullMarked;
