/** The contract between the sides: the commands a patient takes, the events they cause, and the profile they add up to. */
@NullMarked
package org.patientsapi.api;

import org.jspecify.annotations.NullMarked;
