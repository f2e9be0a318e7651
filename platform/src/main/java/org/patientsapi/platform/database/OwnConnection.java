package org.patientsapi.platform.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;

/** A connection beside the pool, to the same database as the same user, for a thread that must not wait for the pool. */
public final class OwnConnection {

    private OwnConnection() {}

    /**
     * @param pool whose settings are taken over
     * @param name by which the database's operator knows it
     */
    public static Connection open(DataSource pool, String name) throws SQLException {
        return open(pool, name, new Properties());
    }

    /** @param loginTimeout in place of the pool's; to the second */
    public static Connection open(DataSource pool, String name, Duration loginTimeout) throws SQLException {
        Properties own = new Properties();
        own.setProperty("loginTimeout", Long.toString(Math.max(1, loginTimeout.toSeconds())));
        return open(pool, name, own);
    }

    private static Connection open(DataSource pool, String name, Properties own) throws SQLException {
        HikariDataSource settings = pool.unwrap(HikariDataSource.class);
        Properties properties = new Properties();
        properties.putAll(settings.getDataSourceProperties());
        // Neither is there where the URL has them, or the server asks for none.
        if (settings.getUsername() != null) {
            properties.setProperty("user", settings.getUsername());
        }
        if (settings.getPassword() != null) {
            properties.setProperty("password", settings.getPassword());
        }
        properties.setProperty("ApplicationName", name);
        properties.putAll(own);
        return DriverManager.getConnection(settings.getJdbcUrl(), properties);
    }
}
