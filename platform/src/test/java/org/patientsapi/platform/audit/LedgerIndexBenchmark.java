package org.patientsapi.platform.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the index by which a patient's accesses are found costs the commit that a read waits for: the product's statement, as
 * the ledger sends it under load, in turns into two databases of one server, of which one does not have the index.
 *
 * <p>{@code mvn -pl platform -am test-compile exec:exec@ledger}
 */
final class LedgerIndexBenchmark {

    private static final int ROUNDS = 12;
    private static final int COMMITS = 400;

    /** As many as wait for one commit when 16 clients read. */
    private static final int AT_A_TIME = 8;

    private static final int ON_A_PAGE = 20;

    private LedgerIndexBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("ledger-benchmark");
        try (AuditDatabase with = new AuditDatabase(Files.createDirectory(folder.resolve("with")));
                AuditDatabase without = new AuditDatabase(Files.createDirectory(folder.resolve("without")))) {
            try (Connection owner = without.as(without.database.owner());
                    Statement drop = owner.createStatement()) {
                drop.execute("drop index access_record_patients");
            }
            System.out.println(
                    "| records | with, median and p99 ms | without | ratio of the medians, of the p99 |\n|---|---:|---:|---:|");
            compare("of one patient", 1, with, without);
            compare("of a page of 20", ON_A_PAGE, with, without);
        }
        System.exit(0);
    }

    private static void compare(String name, int patients, AuditDatabase with, AuditDatabase without)
            throws SQLException {
        List<Double> indexed = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            boolean first = round % 2 == 0;
            // The first two warm up.
            List<Double> one = round < 2 ? new ArrayList<>() : first ? indexed : plain;
            List<Double> other = round < 2 ? new ArrayList<>() : first ? plain : indexed;
            commits(first ? with : without, patients, one);
            commits(first ? without : with, patients, other);
        }
        System.out.printf(
                "| %s | %.2f, %.2f | %.2f, %.2f | %.2f, %.2f |%n",
                name,
                quantile(indexed, 0.5),
                quantile(indexed, 0.99),
                quantile(plain, 0.5),
                quantile(plain, 0.99),
                quantile(indexed, 0.5) / quantile(plain, 0.5),
                quantile(indexed, 0.99) / quantile(plain, 0.99));
    }

    private static void commits(AuditDatabase audit, int patients, List<Double> milliseconds) throws SQLException {
        try (Connection connection = audit.dataSource.getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < COMMITS; i++) {
                List<Access> accesses = IntStream.range(0, AT_A_TIME)
                        .mapToObj(n -> AuditDatabase.access(
                                Instant.now(),
                                Stream.generate(AuditDatabase::id)
                                        .limit(patients)
                                        .toArray(String[]::new)))
                        .toList();
                long start = System.nanoTime();
                AccessSql.insert(connection, accesses);
                connection.commit();
                milliseconds.add((System.nanoTime() - start) / 1e6);
            }
        }
    }

    private static double quantile(List<Double> values, double part) {
        return values.stream()
                .sorted()
                .skip((long) (values.size() * part))
                .findFirst()
                .orElseThrow();
    }
}
