package org.patientsapi.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.patientsapi.embedded.DatabaseLogin;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;

class OwnConnectionTest {

    @Test
    void a_connection_is_opened_as_the_user_that_the_url_names() throws SQLException {
        TestDatabase database = TestBackends.freshDatabase();
        DatabaseLogin login = database.application();
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(database.jdbcUrl() + "&user=" + login.user() + "&password=" + login.password());

            try (Connection own = OwnConnection.open(pool, "test")) {
                assertThat(own.getMetaData().getUserName()).isEqualTo(login.user());
            }
        }
    }
}
