package org.patientsapi.testbackends;

import org.patientsapi.embedded.EmbeddedBackends;

record EmbeddedPostgres(EmbeddedBackends backends) implements TestDatabaseServer {

    @Override
    public TestDatabase create(String name) {
        return new TestDatabase(backends.createDatabase(name), backends.owner(), backends.application());
    }
}
