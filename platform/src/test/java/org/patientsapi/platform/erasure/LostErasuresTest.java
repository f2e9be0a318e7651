package org.patientsapi.platform.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.Erasure.Actor;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.platform.eventstore.Node;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A node that starts on a database that is older than the journal beside its vault. */
class LostErasuresTest {

    @TempDir
    Path folder;

    /** One that takes its time out of the database, or that cannot be made up for, must not cost those before it. */
    @Test
    void each_is_made_up_for_by_itself() {
        TestDatabase database = MigratedDatabase.fresh();
        Erasure lost = entry("P00000-00001");
        Erasure another = entry("P00000-00002");
        new ErasureJournal(folder.resolve("erasures.jsonl")).append(List.of(lost, another, entry(lost.patientId())));

        assertThatThrownBy(() -> Node.start(database, folder.resolve("vault.json")));

        assertThat(JdbcClient.create(new DriverManagerDataSource(
                                database.jdbcUrl(),
                                database.application().user(),
                                database.application().password()))
                        .sql("select patient_id from erasure")
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrder(lost.id(), another.id());
    }

    private static Erasure entry(String number) {
        return new Erasure(
                UUID.randomUUID().toString(),
                number,
                "BLR",
                "court_order",
                Instant.parse("2026-11-24T08:15:00.123Z"),
                null,
                null,
                null,
                new Actor("admin", "admin"),
                "request");
    }
}
