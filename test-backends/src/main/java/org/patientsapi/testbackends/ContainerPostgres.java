package org.patientsapi.testbackends;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.patientsapi.embedded.DatabaseLogin;
import org.patientsapi.embedded.EmbeddedBackends;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** PostgreSQL in a container, which Testcontainers removes when the JVM has ended. */
final class ContainerPostgres {

    private static final DatabaseLogin OWNER = new DatabaseLogin("patients_owner", "owner-of-a-test");
    private static final DatabaseLogin APPLICATION = new DatabaseLogin("patients_app", "application-of-a-test");

    // Open until the JVM ends, by design.
    @SuppressWarnings("resource")
    private final PostgreSQLContainer container =
            new PostgreSQLContainer("postgres:" + EmbeddedBackends.postgresVersion());

    ContainerPostgres() {
        container.start();
        asSuperuser(createRole(OWNER), createRole(APPLICATION));
    }

    private static String createRole(DatabaseLogin login) {
        return "CREATE ROLE " + login.user() + " LOGIN PASSWORD '" + login.password() + "'";
    }

    TestDatabase create(String name) {
        asSuperuser(
                "CREATE DATABASE " + name + " OWNER " + OWNER.user() + " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
                "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + name + " TO " + APPLICATION.user());
        String url = "jdbc:postgresql://" + container.getHost() + ":"
                + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT) + "/" + name
                + "?logServerErrorDetail=false";
        return new TestDatabase(url, OWNER, APPLICATION);
    }

    private void asSuperuser(String... statements) {
        try (Connection connection = DriverManager.getConnection(
                        container.getJdbcUrl(), container.getUsername(), container.getPassword());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL in its container refused to set up a test database", e);
        }
    }
}
