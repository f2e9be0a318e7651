package org.patientsapi.values;

/**
 * One thing that is wrong with a request, as it stands in the {@code errors} of a 400.
 *
 * @param field a path such as {@code address.pincode}
 * @param code a stable word in snake_case
 * @param message what is expected; never the given value
 */
public record Problem(String field, String code, String message) {}
