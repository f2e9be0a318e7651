/** Takes what clients send about patients, decides it on the {@code Patient} aggregate, and answers with the result. */
@NullMarked
package org.patientsapi.command;

import org.jspecify.annotations.NullMarked;
