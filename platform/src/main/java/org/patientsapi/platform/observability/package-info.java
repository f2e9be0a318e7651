/** What operators see of a process: metrics, traces, logs. */
@NullMarked
package org.patientsapi.platform.observability;

import org.jspecify.annotations.NullMarked;
