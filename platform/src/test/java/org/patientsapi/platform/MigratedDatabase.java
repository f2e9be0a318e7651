package org.patientsapi.platform;

import java.util.Map;
import org.flywaydb.core.Flyway;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;

/** A database of a test's own, with the product's tables in it. */
public final class MigratedDatabase {

    private MigratedDatabase() {}

    public static TestDatabase fresh() {
        TestDatabase database = TestBackends.freshDatabase();
        Flyway.configure()
                .dataSource(
                        database.jdbcUrl(),
                        database.owner().user(),
                        database.owner().password())
                .placeholders(Map.of("application_role", database.application().user()))
                .load()
                .migrate();
        return database;
    }
}
