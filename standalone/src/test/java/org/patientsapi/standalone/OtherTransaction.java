package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Of somebody who is in the way of a request, with the rights of the tables' owner. */
final class OtherTransaction {

    private final JdbcClient sql;
    private final TransactionTemplate transaction;

    OtherTransaction(Environment environment) {
        DataSource owner = new DriverManagerDataSource(
                environment.getRequiredProperty("spring.flyway.url"),
                environment.getRequiredProperty("spring.flyway.user"),
                environment.getRequiredProperty("spring.flyway.password"));
        sql = JdbcClient.create(owner);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(owner));
    }

    /** Ends the transaction when the work is done, and hands on what that returned. */
    <T> T around(Function<JdbcClient, T> work) {
        return Objects.requireNonNull(transaction.execute(status -> work.apply(sql)));
    }

    /** Called within {@link #around}: keeps everybody else from coming to what this patient claims, and from leaving it. */
    void lockClaim(String patientId) {
        sql.sql("SELECT pg_advisory_xact_lock(hashtextextended(encode(hash, 'hex'), 0)) FROM identity_claim"
                        + " WHERE patient_id = ? AND kind = 'PHONE_AND_BIRTH'")
                .param(UUID.fromString(patientId))
                .query((row, n) -> n)
                .single();
    }

    /** Called within {@link #around}: returns when the request waits for this transaction, or is answered in spite of it. */
    <T> Future<T> untilItWaits(Future<T> request) {
        int pid = sql.sql("SELECT pg_backend_pid()").query(Integer.class).single();
        // Asked on another connection, since it is another thread that asks.
        Eventually.that(() -> assertThat(request.isDone()
                        || sql.sql("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                                        + " AND ? = ANY (pg_blocking_pids(pid)))")
                                .param(pid)
                                .query(Boolean.class)
                                .single())
                .isTrue());
        return request;
    }
}
