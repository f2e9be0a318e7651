package org.patientsapi.benchmarks.load;

import com.github.f4b6a3.uuid.UuidCreator;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.load.Load.Client;

/**
 * What the product's own PostgreSQL bears of what a registration writes: the rows of patients who were registered, written
 * anew by prepared statements, one transaction for each, with a commit that is on disk. Into copies of the tables in a schema of
 * their own, as full as they are and with the same indexes; of the triggers only those that see every row are there.
 */
final class DatabaseLimit implements AutoCloseable {

    private static final String SCHEMA = "benchmark";
    private static final int EXAMPLES = 1000;
    private static final List<String> TABLES =
            List.of("patient_key", "identity_claim", "domain_event", "idempotency_record");

    private static final String OWNER = "patients_owner";

    private final String url;
    private final String password;
    private final List<Example> examples = new ArrayList<>();

    /** What one registration wrote, without what must differ. */
    private record Example(byte[] key, byte[] payload, String metadata) {}

    DatabaseLimit(Product product) {
        url = product.databaseUrl();
        password = product.databasePassword();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema if exists " + SCHEMA + " cascade");
            statement.execute("create schema " + SCHEMA);
            for (String table : TABLES) {
                copy(statement, table);
            }
            statement.execute("create trigger not_of_erased before insert on " + SCHEMA
                    + ".domain_event for each row when (new.payload_type <> 'patient.erased')"
                    + " execute function public.refuse_event_of_erased()");
            try (ResultSet rows =
                    statement.executeQuery("select wrapped_key, payload, metadata from public.domain_event"
                            + " join public.patient_key on patient_id = aggregate_id"
                            + " where sequence_number = 0 limit " + EXAMPLES)) {
                while (rows.next()) {
                    examples.add(new Example(rows.getBytes(1), rows.getBytes(2), rows.getString(3)));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The indexes last: to fill them row by row would take a large register many times as long. */
    private static void copy(Statement statement, String table) throws SQLException {
        statement.execute(
                "create table %s.%s (like public.%s including all excluding indexes)".formatted(SCHEMA, table, table));
        // Places are given out anew, so that the copy's sequence has come as far as its rows.
        statement.execute(
                "insert into %s.%s overriding user value select * from public.%s".formatted(SCHEMA, table, table));
        for (String index : indexes(statement, table)) {
            statement.execute(index);
        }
        // Not while it is measured, as the server would do by itself.
        statement.execute("vacuum analyze %s.%s".formatted(SCHEMA, table));
    }

    /** What makes those of the product's table on the copy. */
    private static List<String> indexes(Statement statement, String table) throws SQLException {
        List<String> definitions = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(
                "select replace(indexdef, ' ON public.', ' ON %s.') from pg_indexes".formatted(SCHEMA)
                        + " where schemaname = 'public' and tablename = '%s'".formatted(table))) {
            while (rows.next()) {
                definitions.add(rows.getString(1));
            }
        }
        return definitions;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, OWNER, password);
    }

    /** A connection that registers one patient after the other. */
    Client client() {
        try {
            Connection connection = connect();
            try (Statement statement = connection.createStatement()) {
                // The trigger looks into the erasure ledger, which is the product's own.
                statement.execute("set search_path to " + SCHEMA + ", public");
            }
            connection.setAutoCommit(false);
            return new Inserting(connection, examples);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Bytes that the database takes on disk, without this schema. */
    long bytes() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet size = statement.executeQuery(
                        "select sum(pg_total_relation_size(oid)) from pg_class where relnamespace = 'public'::regnamespace"
                                + " and relkind in ('r', 'm')")) {
            size.next();
            return size.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema " + SCHEMA + " cascade");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Inserting implements Client {

        private static final SecureRandom RANDOM = new SecureRandom();
        private static final int HASH_BYTES = 32;

        /** Long enough for no two to be the same, and at random as the product's, which are a little shorter. */
        private static final int NUMBER_LENGTH = 13;

        private final Connection connection;
        private final List<Example> examples;
        private final PreparedStatement key;
        private final PreparedStatement claim;
        private final PreparedStatement event;
        private final PreparedStatement answer;

        Inserting(Connection connection, List<Example> examples) throws SQLException {
            this.connection = connection;
            this.examples = examples;
            key = connection.prepareStatement(
                    "insert into patient_key (patient_id, patient_number, wrapped_key) values (?, ?, ?)");
            claim = connection.prepareStatement(
                    "insert into identity_claim (kind, hash, rank, patient_id) values ('PHONE_AND_BIRTH', ?, 0, ?)"
                            + " on conflict (kind, hash, rank) do nothing");
            event = connection.prepareStatement(
                    "insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, occurred_at,"
                            + " payload_type, payload_revision, payload, metadata)"
                            + " values (?, ?, 0, 'patient', now(), 'patient.registered', '1', ?, cast(? as jsonb))");
            answer = connection.prepareStatement(
                    "insert into idempotency_record (client, key, request_hash, patient_id, version, created_at)"
                            + " values ('front-desk', ?, ?, ?, 1, now())");
        }

        @Override
        public void call() {
            Example example = examples.get(ThreadLocalRandom.current().nextInt(examples.size()));
            // As the product's: a new one belongs at the end of an index, however full that is.
            UUID patient = UuidCreator.getTimeOrderedEpoch();
            byte[] hash = new byte[HASH_BYTES];
            RANDOM.nextBytes(hash);
            try {
                key.setObject(1, patient);
                key.setString(2, UUID.randomUUID().toString().substring(0, NUMBER_LENGTH));
                key.setBytes(3, example.key());
                key.executeUpdate();
                claim.setBytes(1, hash);
                claim.setObject(2, patient);
                claim.executeUpdate();
                event.setObject(1, UuidCreator.getTimeOrderedEpoch());
                event.setObject(2, patient);
                event.setBytes(3, example.payload());
                event.setString(4, example.metadata());
                event.executeUpdate();
                answer.setString(1, UUID.randomUUID().toString());
                answer.setBytes(2, hash);
                answer.setObject(3, patient);
                answer.executeUpdate();
                connection.commit();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
