package org.patientsapi.embedded;

/** A PostgreSQL role and its password; the password is kept out of logs. */
public record DatabaseLogin(String user, String password) {

    @Override
    public String toString() {
        return "DatabaseLogin[user=" + user + "]";
    }
}
