package org.patientsapi.testbackends;

/** A running PostgreSQL that hands out empty databases. */
sealed interface TestDatabaseServer permits EmbeddedPostgres, ContainerPostgres {

    TestDatabase create(String name);
}
