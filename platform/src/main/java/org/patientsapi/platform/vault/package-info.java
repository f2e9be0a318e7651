/** Keys: the vault that holds the few that must never be lost, and the table of one data key per patient. */
@NullMarked
package org.patientsapi.platform.vault;

import org.jspecify.annotations.NullMarked;
