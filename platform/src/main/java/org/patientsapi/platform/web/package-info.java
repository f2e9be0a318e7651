/** What every answer has in common: problem documents, request ids, limits, and reading of bodies and parameters. */
@NullMarked
package org.patientsapi.platform.web;

import org.jspecify.annotations.NullMarked;
