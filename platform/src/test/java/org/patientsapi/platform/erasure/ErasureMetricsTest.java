package org.patientsapi.platform.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.platform.eventstore.Node;

class ErasureMetricsTest {

    private static final double HOUR = Duration.ofHours(1).toSeconds();

    @Test
    void what_erasing_somebody_takes_and_was_not_done_is_told_by_its_age(@TempDir Path folder) {
        Instant now = Instant.now();
        try (Node node = Node.start(MigratedDatabase.fresh(), folder.resolve("vault.json"))) {
            assertThat(measured(node, "patients.erasure.key.due.seconds")).isZero();
            assertThat(measured(node, "patients.erasure.purge.due.seconds")).isZero();

            erase(node, now.minus(Duration.ofHours(3)), now.plus(Duration.ofHours(1)));
            assertThat(measured(node, "patients.erasure.key.due.seconds")).isZero();
            assertThat(measured(node, "patients.erasure.purge.due.seconds")).isBetween(3 * HOUR, 3 * HOUR + 60);

            erase(node, now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)));
            assertThat(measured(node, "patients.erasure.key.due.seconds")).isBetween(HOUR, HOUR + 60);
            assertThat(measured(node, "patients.erasure.purge.due.seconds")).isBetween(3 * HOUR, 3 * HOUR + 60);

            node.bean(Erasures.class).destroyDueKeys();
            node.bean(Erasures.class).indexPurged(now);
            assertThat(measured(node, "patients.erasure.key.due.seconds")).isZero();
            assertThat(measured(node, "patients.erasure.purge.due.seconds")).isZero();
        }
    }

    private static double measured(Node node, String gauge) {
        node.bean(ErasureMetrics.class).measure();
        return node.bean(MeterRegistry.class).get(gauge).gauge().value();
    }

    private static void erase(Node node, Instant at, Instant holdUntil) {
        node.sql()
                .sql("with key as (insert into patient_key (patient_id, patient_number, wrapped_key)"
                        + " select gen_random_uuid(), gen_random_uuid()::text, 'key' returning patient_id, patient_number)"
                        + " insert into erasure (patient_id, patient_number, branch_id, reason, erased_at, hold_until, client,"
                        + " subject, request_id) select patient_id, patient_number, 'BLR', 'court_order', ?, ?, '', '', ''"
                        + " from key")
                .params(at.atOffset(ZoneOffset.UTC), holdUntil.atOffset(ZoneOffset.UTC))
                .update();
    }
}
