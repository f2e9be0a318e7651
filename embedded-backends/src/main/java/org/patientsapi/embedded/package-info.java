/** Starts, supervises and stops a real PostgreSQL and a real Elasticsearch as child processes of this one. */
@NullMarked
package org.patientsapi.embedded;

import org.jspecify.annotations.NullMarked;
