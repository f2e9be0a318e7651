/** Projects the events into Elasticsearch and answers what clients ask about patients. */
@NullMarked
package org.patientsapi.query;

import org.jspecify.annotations.NullMarked;
