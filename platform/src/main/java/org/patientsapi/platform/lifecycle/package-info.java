/** What starts and ends with the application, and what keeps it from starting. */
@NullMarked
package org.patientsapi.platform.lifecycle;

import org.jspecify.annotations.NullMarked;
