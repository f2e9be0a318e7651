package org.patientsapi.platform.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.audit.AuditVerification.Report;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The commands by which others hold the audit against its seals, without the product running and without its vault. One
 * exports what is sealed from a database; one verifies a database or an export, with an answer of {@code GET /audit/seals} that
 * was saved: it holds the public key and the newest seal of its day. Exit code 0: all is well, 1: it is not as it was
 * sealed; 2: it could not be checked or exported.
 */
public final class VerifyAudit {

    private static final String VERIFY = "verify-audit";
    private static final String EXPORT = "export-audit";
    private static final String DATABASE = "jdbc:";

    private static final String USAGE = """
            Usage: verify-audit JDBC-URL|EXPORT SAVED-SEALS.json
                   export-audit JDBC-URL EXPORT
            PGUSER and PGPASSWORD in the environment; SAVED-SEALS.json: an answer of GET /api/v1/audit/seals;
            EXPORT: a file, compressed if its name ends in .gz""";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private VerifyAudit() {}

    /**
     * What was kept elsewhere.
     *
     * @param publicKey PEM
     * @param seals the last of them is the one that must still be there
     */
    public record SavedSeals(
            @Nullable String publicKey, @Nullable List<Seal> seals) {

        /** {@code null} where there is none, and so nothing that was pinned down. */
        @Nullable
        Seal last() {
            Seal last = seals == null || seals.isEmpty() ? null : seals.getLast();
            return last != null && last.isWellFormed() ? last : null;
        }
    }

    /**
     * Whether the arguments of a main class are one of these commands, or meant to be: all that a product is started with begins with
     * a hyphen, and a mistyped command must not start one.
     */
    public static boolean isCommand(List<String> arguments) {
        return !arguments.isEmpty() && !arguments.getFirst().startsWith("-");
    }

    /** @return the exit code */
    public static int run(List<String> arguments, Map<String, String> environment, PrintStream out) {
        if (arguments.size() != 3 || !List.of(VERIFY, EXPORT).contains(arguments.getFirst())) {
            out.println(USAGE);
            return 2;
        }
        String from = arguments.get(1);
        try {
            Path file = Path.of(arguments.get(2));
            if (arguments.getFirst().equals(VERIFY) && !from.startsWith(DATABASE)) {
                return verify(new AuditExport(Path.of(from)), file, out);
            }
            try (Connection connection =
                    DriverManager.getConnection(from, environment.get("PGUSER"), environment.get("PGPASSWORD"))) {
                SealedDatabase database = SealedDatabase.atOneMoment(connection);
                return arguments.getFirst().equals(VERIFY) ? verify(database, file, out) : export(database, file, out);
            }
        } catch (SQLException | IOException | RuntimeException e) {
            // Whatever it is: an exception that ended the process would end it with 1.
            out.println("It could not be done: " + e);
            return 2;
        }
    }

    private static int export(SealedDatabase database, Path file, PrintStream out) throws IOException, SQLException {
        AuditExport.write(database, file);
        out.println("What is sealed was exported to " + file);
        return 0;
    }

    private static int verify(SealedRecord recorded, Path savedSeals, PrintStream out)
            throws IOException, SQLException {
        SavedSeals saved = JSON.readValue(Files.readString(savedSeals), SavedSeals.class);
        Seal known = saved == null ? null : saved.last();
        if (known == null || saved.publicKey() == null) {
            out.println("There is no seal in " + savedSeals
                    + ": it has to be an answer of GET /api/v1/audit/seals with one");
            return 2;
        }
        Report report = AuditVerification.verify(recorded, AuditKey.parse(saved.publicKey()), known);
        report.findings().forEach(out::println);
        out.printf("%s seals over %s rows checked%n", report.seals(), report.rows());
        if (recorded instanceof SealedDatabase database) {
            out.println("Not sealed yet: " + unsealed(database, report));
        }
        return say(report, out);
    }

    private static Map<SealedLog, Long> unsealed(SealedDatabase database, Report report) throws SQLException {
        Map<SealedLog, Long> unsealed = new EnumMap<>(SealedLog.class);
        for (SealedLog log : SealedLog.values()) {
            unsealed.put(log, database.countAfter(log, report.sealedUpTo().getOrDefault(log, 0L)));
        }
        return unsealed;
    }

    private static int say(Report report, PrintStream out) {
        if (report.findings().isEmpty()) {
            out.println("All is as it was sealed.");
            return 0;
        }
        out.println("It is NOT as it was sealed.");
        return 1;
    }
}
