/** A made-up register of Indian patients and the texts by which a front desk would look for them, for tests and benchmarks. */
@NullMarked
package org.patientsapi.sample;

import org.jspecify.annotations.NullMarked;
