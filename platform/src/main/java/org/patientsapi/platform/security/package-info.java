/** Who is calling, what the token grants, and how often they may call. */
@NullMarked
package org.patientsapi.platform.security;

import org.jspecify.annotations.NullMarked;
