/** Who saw which patients, and the proof that neither this nor the events were changed afterwards. */
@NullMarked
package org.patientsapi.platform.audit;

import org.jspecify.annotations.NullMarked;
