/** The API's description for its users' programs: {@code docs/openapi.yaml}, served as it stands. */
@NullMarked
package org.patientsapi.platform.openapi;

import org.jspecify.annotations.NullMarked;
