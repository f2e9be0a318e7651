package org.patientsapi.platform.audit;

import com.github.f4b6a3.uuid.UuidCreator;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.patientsapi.embedded.DatabaseLogin;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.vault.VaultOpening;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database of the product's schema with the parts of the audit on it, and no Spring context around them. */
final class AuditDatabase implements AutoCloseable {

    final TestDatabase database = MigratedDatabase.fresh();
    final HikariDataSource dataSource;
    final JdbcClient sql;
    final KeyVault vault;
    final AuditKey key;
    final Seals seals;
    private final TransactionTemplate transactions;

    AuditDatabase(Path folder) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername(database.application().user());
        pool.setPassword(database.application().password());
        pool.setMaximumPoolSize(4);
        dataSource = new HikariDataSource(pool);
        sql = JdbcClient.create(dataSource);
        transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        vault = new VaultOpening(folder.resolve("vault.json"), sql, transactions, Clock.systemUTC()).open();
        key = AuditKey.of(vault);
        seals = seals(Clock.systemUTC());
    }

    AuditKeeper keeper() {
        return keeper(seals);
    }

    AuditKeeper keeper(Seals seals) {
        return keeper(seals, Duration.ofMillis(50));
    }

    AuditKeeper keeper(Seals seals, Duration sealEvery) {
        return new AuditKeeper(sql, transactions, seals, sealEvery, Duration.ofDays(400), Clock.systemUTC());
    }

    AuditKeeper keeper(Duration keepFor, Clock clock) {
        return new AuditKeeper(sql, transactions, seals, Duration.ofMillis(50), keepFor, clock);
    }

    Seals seals(Clock clock) {
        return new Seals(sql, new JdbcTemplate(dataSource), transactions, key, clock);
    }

    Connection as(DatabaseLogin login) {
        try {
            return DriverManager.getConnection(database.jdbcUrl(), login.user(), login.password());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Events of one patient, whose payload is as good as any ciphertext. */
    void appendEvents(int count) {
        UUID patient = UUID.fromString(id());
        for (int i = 0; i < count; i++) {
            sql.sql("insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                            + " payload_revision, occurred_at, payload, metadata) values (?, ?, ?, 'patient',"
                            + " 'patient.registered', '1', now(), ?, '{\"client\": \"desk\", \"subject\": \"desk\"}')")
                    .params(UUID.fromString(id()), patient, i, new byte[] {1, 2, 3, (byte) i})
                    .update();
        }
    }

    void appendAccesses(int count) {
        try (Connection connection = dataSource.getConnection()) {
            for (int i = 0; i < count; i++) {
                AccessSql.insert(connection, List.of(access(Instant.now(), id(), id())));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static String id() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }

    static Access access(Instant at, String... patientIds) {
        return new Access(
                UuidCreator.getTimeOrderedEpoch(),
                at.truncatedTo(ChronoUnit.MICROS),
                patientIds.length == 1 ? Access.Kind.READ : Access.Kind.SEARCH,
                "GET /patients",
                null,
                null,
                "front-desk",
                "asha",
                "BLR",
                "127.0.0.1",
                "request-1",
                List.of(patientIds));
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
