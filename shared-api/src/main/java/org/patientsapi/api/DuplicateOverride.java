package org.patientsapi.api;

/**
 * Why a person was registered although another has the same phone and date of birth.
 *
 * @param reason {@code twin}, {@code family_phone} or {@code verified_distinct}
 * @param of the {@code id} of the other person
 */
public record DuplicateOverride(String reason, String of) {}
