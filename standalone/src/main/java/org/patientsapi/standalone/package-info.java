/** The whole product in one process: both sides, embedded real backends, a token issuer, and a demo hospital. */
@NullMarked
package org.patientsapi.standalone;

import org.jspecify.annotations.NullMarked;
