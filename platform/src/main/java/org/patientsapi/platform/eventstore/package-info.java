/** Events in PostgreSQL: how they are named, encrypted, appended, read back, and made known to whoever waits for them. */
@NullMarked
package org.patientsapi.platform.eventstore;

import org.jspecify.annotations.NullMarked;
