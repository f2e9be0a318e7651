package org.patientsapi.api;

import org.jspecify.annotations.Nullable;
import org.patientsapi.values.Address;

/**
 * How the person is reached: phone as E.164, one e-mail address, one postal address.
 *
 * @param phone {@code null} only for a newborn or an unidentified patient, whom nobody can call yet
 */
public record Contact(
        @Nullable String phone,
        @Nullable String email,
        @Nullable Address address) {}
