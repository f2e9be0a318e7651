package org.patientsapi.platform.eventstore;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.patientsapi.embedded.DatabaseLogin;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.testbackends.TestDatabase;

/**
 * Does the event table stay as quick as it grows? Fills it by SQL with made-up events of four to a patient, and measures at each
 * size the statements that a command and a consumer make.
 *
 * <pre>{@code mvn -pl platform -am test-compile exec:exec@events -Dbenchmark.events="100000 10000000"}</pre>
 */
final class EventTableBenchmark {

    private static final int PER_PATIENT = 4;
    private static final int CHUNK = 500_000;
    private static final int ROUNDS = 2_000;
    private static final int PAGE = 1_000;

    /** As much as the product's own events take: 300 bytes of ciphertext, 250 of metadata. */
    private static final String FILL = """
            insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type, payload_revision,
                                      occurred_at, payload, metadata)
            select uuidv7(), patient, number, 'Patient', 'patient.contact-changed', '1', now(),
                   decode(repeat(md5(patient::text || number), 19), 'hex'),
                   jsonb_build_object('client', 'front-desk', 'subject', 'front-desk', 'request_id', patient, 'source', '10.0.0.1',
                                      'branch', 'BLR', 'home_branch', 'BLR', 'filling', repeat('x', 100))
            from (select uuidv7() as patient from generate_series(1, %d)) as patients, generate_series(0, %d) as numbers(number)
            order by patient, number
            """;

    private static final String INSERT = """
            insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type, payload_revision,
                                      occurred_at, payload, metadata)
            values (uuidv7(), ?, ?, 'Patient', 'patient.contact-changed', '1', now(), decode(repeat(md5('x'), 19), 'hex'),
                    '{"client": "front-desk", "home_branch": "BLR"}')
            """;

    private EventTableBenchmark() {}

    public static void main(String[] sizes) throws SQLException {
        TestDatabase database = MigratedDatabase.fresh();
        System.out.println("| events | table GB | indexes GB | append, new patient ms | append, known patient ms"
                + " | all events of a patient ms | page of 1000 from anywhere ms |");
        System.out.println("|---|---|---|---|---|---|---|");
        try (Connection owner = connect(database, database.owner());
                Connection application = connect(database, database.application())) {
            long events = 0;
            for (String size : sizes) {
                while (events < Long.parseLong(size)) {
                    long more = Math.min(CHUNK, Long.parseLong(size) - events);
                    execute(application, FILL.formatted(more / PER_PATIENT, PER_PATIENT - 1));
                    events += more;
                }
                execute(owner, "vacuum analyze domain_event");
                measure(application, events);
            }
        }
        System.exit(0);
    }

    /** Medians: the machine does other things too. */
    private static void measure(Connection connection, long events) throws SQLException {
        SplittableRandom random = new SplittableRandom(7);
        List<UUID> known = somePatients(connection, events, random);
        double appendNew = median(ROUNDS, i -> append(connection, UUID.randomUUID(), 0));
        // A number that no smaller size has given to the same patient.
        double appendKnown = median(ROUNDS, i -> append(connection, known.get(i), events));
        double stream = median(
                ROUNDS,
                i -> read(
                        connection,
                        "select * from domain_event where aggregate_id = ? order by sequence_number",
                        known.get(i)));
        double page = median(
                ROUNDS / 10,
                i -> read(
                        connection,
                        "select * from domain_event where global_index > ? order by global_index limit " + PAGE,
                        random.nextLong(Math.max(1, events - PAGE))));
        System.out.printf(
                "| %d | %.2f | %.2f | %.3f | %.3f | %.3f | %.2f |%n",
                events,
                gigabytes(connection, "pg_table_size"),
                gigabytes(connection, "pg_indexes_size"),
                appendNew,
                appendKnown,
                stream,
                page);
    }

    private interface Step {
        void take(int round) throws SQLException;
    }

    private static double median(int rounds, Step step) throws SQLException {
        double[] millis = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long begun = System.nanoTime();
            step.take(i);
            millis[i] = (System.nanoTime() - begun) / 1e6;
        }
        Arrays.sort(millis);
        return millis[rounds / 2];
    }

    /** From all over the table, each once. */
    private static List<UUID> somePatients(Connection connection, long events, SplittableRandom random)
            throws SQLException {
        Set<UUID> patients = new LinkedHashSet<>();
        try (PreparedStatement select = connection.prepareStatement("select aggregate_id from domain_event"
                + " where global_index > ? and sequence_number = 0 order by global_index limit 1")) {
            while (patients.size() < ROUNDS) {
                select.setLong(1, random.nextLong(events - PER_PATIENT * 2));
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    patients.add(row.getObject(1, UUID.class));
                }
            }
        }
        return List.copyOf(patients);
    }

    private static void append(Connection connection, UUID patient, long number) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, patient);
            insert.setLong(2, number);
            insert.executeUpdate();
        }
    }

    private static void read(Connection connection, String sql, Object parameter) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, parameter);
            try (ResultSet rows = select.executeQuery()) {
                int seen = 0;
                while (rows.next()) {
                    seen++;
                }
                if (seen == 0) {
                    throw new IllegalStateException("nothing was read");
                }
            }
        }
    }

    private static double gigabytes(Connection connection, String function) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select " + function + "('domain_event')")) {
            row.next();
            return row.getLong(1) / 1e9;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(TestDatabase database, DatabaseLogin login) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), login.user(), login.password());
    }
}
