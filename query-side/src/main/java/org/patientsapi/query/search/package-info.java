/** The name engine: what of a patient is indexed and what a search text asks for, as plain functions and plain data. */
@NullMarked
package org.patientsapi.query.search;

import org.jspecify.annotations.NullMarked;
