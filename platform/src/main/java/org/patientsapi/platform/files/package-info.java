/** Files beside the database. */
@NullMarked
package org.patientsapi.platform.files;

import org.jspecify.annotations.NullMarked;
