/** Value types: what comes in is checked and normalised here once, and what goes on from here is plain, normalised text. */
@NullMarked
package org.patientsapi.values;

import org.jspecify.annotations.NullMarked;
