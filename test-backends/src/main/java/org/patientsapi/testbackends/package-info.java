/** Real backends for tests, started once per JVM. */
@NullMarked
package org.patientsapi.testbackends;

import org.jspecify.annotations.NullMarked;
