package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;

/** What PostgreSQL really answers, since its manual does not say which class of SQLSTATE each of these has. */
class StoreOutageTest {

    private static final TestDatabase DATABASE = TestBackends.freshDatabase();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set statement_timeout = 50; select pg_sleep(10)",
                "set transaction_timeout = 50; select pg_sleep(10)",
                "select pg_terminate_backend(pg_backend_pid())"
            })
    void a_statement_that_the_server_ends_is_an_outage(String sql) {
        assertThat(StoreOutage.isCause(failureOf(sql))).isTrue();
    }

    @Test
    void a_transaction_that_idled_for_too_long_is_an_outage() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set idle_in_transaction_session_timeout = 50");
            Thread.sleep(500);
            assertThat(StoreOutage.isCause(catchThrowable(() -> statement.execute("select 1"))))
                    .isTrue();
        }
    }

    /** As where a snapshot is not read in time, and the events are asked for instead. The driver names what failed first. */
    @Test
    void whatever_is_asked_after_a_statement_that_took_too_long_meets_an_outage_too() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set statement_timeout = 50");
            assertThatThrownBy(() -> statement.execute("select pg_sleep(10)"))
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("57014");

            Throwable then = catchThrowable(() -> statement.execute("select 1"));

            assertThat(((SQLException) then).getSQLState()).isEqualTo("25P02");
            assertThat(Failures.problem(new EventStoreException("The events could not be read", then))
                            .type())
                    .isEqualTo(ProblemType.STORE_UNAVAILABLE);
        }
    }

    @Test
    void a_connection_that_the_pool_has_given_up_is_an_outage() throws Exception {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(DATABASE.jdbcUrl());
        pool.setUsername(DATABASE.application().user());
        pool.setPassword(DATABASE.application().password());
        try (HikariDataSource dataSource = new HikariDataSource(pool);
                Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> statement.execute("select pg_terminate_backend(pg_backend_pid())"))
                    .matches(StoreOutage::isCause);
            assertThatThrownBy(connection::rollback).matches(StoreOutage::isCause);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1 / 0", "select nothing from nowhere", "select ';"})
    void a_statement_that_is_wrong_is_none(String sql) {
        assertThat(failureOf(sql)).isInstanceOf(SQLException.class).matches(failure -> !StoreOutage.isCause(failure));
    }

    private static Throwable failureOf(String sql) {
        return catchThrowable(() -> {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        });
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(
                DATABASE.jdbcUrl(),
                DATABASE.application().user(),
                DATABASE.application().password());
    }
}
