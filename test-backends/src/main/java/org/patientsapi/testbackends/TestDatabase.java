package org.patientsapi.testbackends;

import org.patientsapi.embedded.DatabaseLogin;

/**
 * An empty PostgreSQL database of its own for one test class.
 *
 * @param jdbcUrl without user and password
 * @param owner owns the database and its schema: runs Flyway
 * @param application the role of the application, with no rights of its own
 */
public record TestDatabase(String jdbcUrl, DatabaseLogin owner, DatabaseLogin application) {}
