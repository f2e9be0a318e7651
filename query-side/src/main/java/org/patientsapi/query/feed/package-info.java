/** The feed of all patients' events for analytics: over HTTP, as a stream and on Kafka, in two tiers. */
@NullMarked
package org.patientsapi.query.feed;

import org.jspecify.annotations.NullMarked;
