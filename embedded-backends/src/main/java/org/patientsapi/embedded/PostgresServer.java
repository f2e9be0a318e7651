package org.patientsapi.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.patientsapi.embedded.BackendStartException.Reason;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL cluster in the data directory. Durability is on, every role needs its password (no local user may come in
 * without), and its log carries no values: neither statements nor the details of violated constraints.
 */
final class PostgresServer extends Server {

    static final String DATABASE = "patients";
    static final String OWNER = "patients_owner";
    static final String APPLICATION = "patients_app";

    private static final String SUPERUSER = "postgres";
    private static final Pattern DATABASE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private final DataDirectory data;
    private final Software software;

    PostgresServer(BackendSettings settings, DataDirectory data, Software software, ServerAccount account) {
        super(settings, settings.postgresPort(), data.logs().resolve("postgresql.log"), account);
        this.data = data;
        this.software = software;
    }

    @Override
    String title() {
        return "PostgreSQL " + EmbeddedBackends.postgresVersion();
    }

    /** Everything up to the application's database and roles. */
    void open() {
        software.postgres();
        createCluster();
        start();
        createRole(OWNER);
        createRole(APPLICATION);
        if (!exists(DATABASE)) {
            createDatabase(DATABASE);
        }
    }

    String jdbcUrl(String database) {
        // Without the parameter a violated unique constraint puts the patient's data into the exception.
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database + "?logServerErrorDetail=false";
    }

    DatabaseLogin owner() {
        return new DatabaseLogin(OWNER, data.password(secret(OWNER)));
    }

    DatabaseLogin application() {
        return new DatabaseLogin(APPLICATION, data.password(secret(APPLICATION)));
    }

    void createDatabase(String name) {
        if (!DATABASE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a database is named with a-z, 0-9 and _ only");
        }
        asSuperuser(
                "CREATE DATABASE " + name + " OWNER " + OWNER + " TEMPLATE template0",
                "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + name + " TO " + APPLICATION);
    }

    /** Ends what an earlier run that was killed has left running on this cluster. */
    static void endOrphans(DataDirectory data, Software software, ServerAccount account) {
        String cluster = cluster(data).toString();
        String unfinished = unfinishedCluster(data).toString();
        List<ProcessHandle> orphans = Processes.workingOn(
                data.postgres(),
                line -> !line.isEmpty()
                        && (line.getFirst().endsWith("/postgres")
                                || line.getFirst().endsWith("/initdb"))
                        && (line.contains(cluster) || line.contains(unfinished)),
                account);
        for (ProcessHandle orphan : orphans) {
            List<ProcessHandle> family = Processes.family(orphan);
            signal(software, account, "INT", orphan);
            Processes.endAll(family, Duration.ofSeconds(20));
        }
    }

    /**
     * The lock of this data directory is ours, and nothing of it runs any more. Left in place, the file would keep
     * PostgreSQL from starting once its process id has gone to some other program, as it soon does in containers.
     */
    private void removeStaleLock() throws IOException {
        Path pidFile = cluster(data).resolve("postmaster.pid");
        if (Files.exists(pidFile)
                && !isPostgres(Files.readString(pidFile).lines().findFirst().orElse(""))) {
            Files.delete(pidFile);
        }
    }

    /** A PostgreSQL of unclear origin (a moved folder) keeps its lock: PostgreSQL itself then refuses to start. */
    static boolean isPostgres(String pid) {
        return pid.chars().allMatch(Character::isDigit)
                && !pid.isEmpty()
                && ProcessHandle.of(Long.parseLong(pid))
                        .filter(process -> Processes.program(process).endsWith("postgres"))
                        .isPresent();
    }

    private void createCluster() {
        Path cluster = cluster(data);
        try {
            if (Files.isDirectory(cluster)) {
                requireSameMajorVersion(cluster);
                return;
            }
            requireOpen();
            progress("Creating the PostgreSQL database");
            Path unfinished = unfinishedCluster(data);
            Path passwordFile = data.postgres().resolve("initial.password");
            FileTrees.delete(unfinished);
            DataDirectory.writePrivate(passwordFile, superuserPassword());
            account().own(data.postgres());
            account().own(passwordFile);
            initialise(unfinished, passwordFile);
            Files.delete(passwordFile);
            DataDirectory.moveInto(unfinished, cluster);
        } catch (IOException e) {
            throw DataDirectory.unusable(data.postgres(), e);
        }
    }

    private void initialise(Path unfinished, Path passwordFile) throws IOException {
        ServerLog log = ServerLog.begin(data.logs().resolve("postgresql.log"));
        ProcessBuilder builder = new ProcessBuilder(account()
                        .command(List.of(
                                program("initdb"),
                                // By this argument of its own it is known for an orphan.
                                "-D",
                                unfinished.toString(),
                                "--username=" + SUPERUSER,
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--no-instructions")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
        Processes.inEnglish(builder.environment());
        Process initdb = launch(builder);
        try {
            if (initdb.waitFor() != 0) {
                requireOpen();
                throw new BackendStartException(
                        log.says(Pattern.compile("No space left")) ? Reason.DISK_FULL : Reason.SERVER_FAILED,
                        title() + " could not create its database; it said: \"" + log.lastWords()
                                + "\"; the whole story is in " + log.file() + ".");
            }
        } catch (InterruptedException e) {
            Processes.end(initdb.toHandle(), Duration.ZERO);
            throw Interruption.of(e);
        }
    }

    private void requireSameMajorVersion(Path cluster) throws IOException {
        String kept = Files.readString(cluster.resolve("PG_VERSION")).strip();
        if (!Software.postgresVersion().startsWith(kept + ".")) {
            throw new BackendStartException(
                    Reason.DATA_DIRECTORY_UNUSABLE,
                    "The data in " + cluster + " was written by PostgreSQL " + kept + ", which " + title()
                            + " cannot read; use the earlier version of this product or choose another folder with"
                            + " PATIENTS_DATA_DIR.");
        }
    }

    @Override
    void prepare(int port) throws IOException {
        Path cluster = cluster(data);
        removeStaleLock();
        account().own(data.postgres());
        account().own(cluster);
        Files.writeString(cluster.resolve("postgresql.conf"), """
                # Written at every start.
                listen_addresses = '127.0.0.1'
                port = %s
                unix_socket_directories = ''
                max_connections = 60
                password_encryption = 'scram-sha-256'

                fsync = on
                synchronous_commit = on
                full_page_writes = on
                wal_level = replica
                max_wal_size = 512MB

                shared_buffers = 128MB
                effective_cache_size = 512MB
                random_page_cost = 1.1
                jit = off

                timezone = 'UTC'
                log_timezone = 'UTC'
                lc_messages = 'C'
                log_line_prefix = '%%m [%%p] '
                log_error_verbosity = terse
                log_min_error_statement = panic
                log_parameter_max_length = 0
                log_checkpoints = off
                """.formatted(port));
        Files.writeString(cluster.resolve("pg_hba.conf"), """
                # Written at every start.
                host all all 127.0.0.1/32 scram-sha-256
                """);
    }

    @Override
    List<String> command() {
        return List.of(program("postgres"), "-D", cluster(data).toString());
    }

    @Override
    void environment(Map<String, String> environment) {
        // Variables such as PGPORT or PGDATA of the operator's shell are not meant for this server.
        environment.keySet().removeIf(name -> name.startsWith("PG"));
    }

    @Override
    boolean answers() {
        try (Connection connection = superuser()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            if ("28P01".equals(e.getSQLState())) {
                throw new BackendStartException(
                        Reason.DATA_DIRECTORY_UNUSABLE,
                        "The password in " + data.secretFile(secret(SUPERUSER)) + " is not the one of the database in "
                                + cluster(data) + "; put the original file back.",
                        e);
            }
            return false;
        }
    }

    /** INT asks for PostgreSQL's fast shutdown; TERM would wait for every client to leave. */
    @Override
    void requestStop(Process running) {
        signal(software, account(), "INT", running.toHandle());
    }

    @Override
    void endLeftovers() {
        endOrphans(data, software, account());
    }

    private static void signal(Software software, ServerAccount account, String signal, ProcessHandle process) {
        try {
            int exit = new ProcessBuilder(account.command(List.of(
                            software.postgres().resolve("bin").resolve("pg_ctl").toString(),
                            "kill",
                            signal,
                            Long.toString(process.pid()))))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0) {
                process.destroy();
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }

    private boolean exists(String database) {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
            return rows.next();
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private void createRole(String role) {
        asSuperuser("""
                DO $$ BEGIN
                  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN
                    CREATE ROLE %1$s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
                  END IF;
                END $$""".formatted(role));
        try (Connection connection = superuser()) {
            // Hashed on this side: the password itself is in no statement.
            connection
                    .unwrap(PGConnection.class)
                    .alterUserPassword(role, data.password(secret(role)).toCharArray(), "scram-sha-256");
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private void asSuperuser(String... statements) {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private BackendStartException refused(SQLException e) {
        return new BackendStartException(
                Reason.SERVER_FAILED, title() + " refused to set up its roles and database: " + e.getMessage(), e);
    }

    private Connection superuser() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(SUPERUSER));
        source.setUser(SUPERUSER);
        source.setPassword(superuserPassword());
        source.setConnectTimeout(5);
        source.setSocketTimeout(30);
        return source.getConnection();
    }

    private String superuserPassword() {
        return data.password(secret(SUPERUSER));
    }

    private static String secret(String role) {
        return role.replace('_', '-');
    }

    private String program(String name) {
        return software.postgres().resolve("bin").resolve(name).toString();
    }

    private static Path cluster(DataDirectory data) {
        return data.postgres().resolve("cluster");
    }

    private static Path unfinishedCluster(DataDirectory data) {
        return data.postgres().resolve("cluster.new");
    }
}
