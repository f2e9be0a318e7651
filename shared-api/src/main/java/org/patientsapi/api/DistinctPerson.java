package org.patientsapi.api;

/**
 * Another patient who looks like a duplicate and is known not to be one.
 *
 * @param id of the other patient
 * @param reason {@code twin}, {@code family_phone} or {@code verified_distinct}
 */
public record DistinctPerson(String id, String reason) {}
