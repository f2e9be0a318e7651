/** What several parts ask of PostgreSQL alike. */
@NullMarked
package org.patientsapi.platform.database;

import org.jspecify.annotations.NullMarked;
