package org.patientsapi.platform.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.audit.AuditVerification.Report;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command that checks a database against its seals, without the product running and without its vault. It takes the
 * JDBC address and, from the environment, {@code PGUSER} and {@code PGPASSWORD}; the answer of {@code GET /audit/seals} that
 * was saved last, which holds the public key and the newest seal of that day; and says what it found. Exit code 0: all is
 * as it was sealed; 1: it is not; 2: it could not be checked.
 */
public final class VerifyAudit {

    /** The first argument by which the product's own main classes know this command. */
    public static final String COMMAND = "verify-audit";

    private static final String USAGE = "Usage: verify-audit JDBC-URL SAVED-SEALS.json"
            + "   (PGUSER and PGPASSWORD in the environment; SAVED-SEALS.json: an answer of GET /api/v1/audit/seals)";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private VerifyAudit() {}

    /**
     * What was kept elsewhere.
     *
     * @param publicKey PEM
     * @param seals the last of them is the one that must still be there
     */
    public record SavedSeals(String publicKey, List<Seal> seals) {}

    /** @param arguments those after the name of the command */
    public static int run(List<String> arguments, Map<String, String> environment, PrintStream out) {
        if (arguments.size() != 2) {
            out.println(USAGE);
            return 2;
        }
        try (Connection connection = DriverManager.getConnection(
                arguments.getFirst(), environment.get("PGUSER"), environment.get("PGPASSWORD"))) {
            SavedSeals saved = JSON.readValue(Files.readString(Path.of(arguments.getLast())), SavedSeals.class);
            PublicKey key = AuditKey.parse(saved.publicKey());
            // One snapshot for all that is read; and the connection's own settings must not change how a row is spelt.
            connection.setAutoCommit(false);
            try (Statement settings = connection.createStatement()) {
                settings.execute("set transaction isolation level repeatable read read only");
            }
            Seal known = saved.seals().isEmpty() ? null : saved.seals().getLast();
            return say(AuditVerification.verify(connection, key, known), known, out);
        } catch (SQLException | IOException | JacksonException | IllegalArgumentException e) {
            out.println("It could not be checked: " + e.getMessage());
            return 2;
        }
    }

    private static int say(Report report, @Nullable Seal known, PrintStream out) {
        report.findings().forEach(out::println);
        out.printf(
                "%d seals over %d rows checked; not sealed yet: %s%n",
                report.seals(), report.rows(), report.unsealed());
        if (known == null) {
            out.println("No seal was kept elsewhere: that the newest were cut off would not be noticed.");
        }
        if (report.findings().isEmpty()) {
            out.println("All is as it was sealed.");
            return 0;
        }
        out.println("It is NOT as it was sealed.");
        return 1;
    }
}
