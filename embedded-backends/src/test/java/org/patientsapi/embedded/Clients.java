package org.patientsapi.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a client of the two servers does, as short as it gets. */
final class Clients {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Clients() {}

    static Connection connect(String jdbcUrl, DatabaseLogin login) throws SQLException {
        return DriverManager.getConnection(jdbcUrl, login.user(), login.password());
    }

    static void execute(EmbeddedBackends backends, String sql) throws SQLException {
        try (Connection connection = connect(backends.jdbcUrl(), backends.owner());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String query(EmbeddedBackends backends, String sql) throws SQLException {
        try (Connection connection = connect(backends.jdbcUrl(), backends.owner());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    static HttpResponse<String> http(URI server, String method, String path, String body)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
