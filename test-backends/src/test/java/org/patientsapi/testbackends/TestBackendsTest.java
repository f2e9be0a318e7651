package org.patientsapi.testbackends;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class TestBackendsTest {

    @Test
    void each_database_is_empty_and_its_own() throws Exception {
        TestDatabase one = TestBackends.freshDatabase();
        TestDatabase two = TestBackends.freshDatabase();

        assertThat(one.jdbcUrl()).isNotEqualTo(two.jdbcUrl());
        for (TestDatabase database : new TestDatabase[] {one, two}) {
            try (Connection connection = DriverManager.getConnection(
                            database.jdbcUrl(),
                            database.owner().user(),
                            database.owner().password());
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE same_name (id int)");
            }
        }
    }

    @Test
    void the_application_role_can_log_in() throws Exception {
        TestDatabase database = TestBackends.freshDatabase();

        try (Connection connection = DriverManager.getConnection(
                database.jdbcUrl(),
                database.application().user(),
                database.application().password())) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void elasticsearch_answers_and_has_no_index() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(TestBackends.elasticsearchUri().resolve("/_cat/indices"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
        }
    }
}
