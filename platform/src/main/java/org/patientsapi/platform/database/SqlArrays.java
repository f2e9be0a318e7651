package org.patientsapi.platform.database;

import java.util.Collection;
import java.util.UUID;
import org.springframework.jdbc.support.SqlArrayValue;

/** Parameters that are a whole list. */
public final class SqlArrays {

    private SqlArrays() {}

    /** Of type {@code uuid[]}, from texts. */
    public static SqlArrayValue uuids(Collection<String> ids) {
        return new SqlArrayValue("uuid", ids.stream().map(UUID::fromString).toArray());
    }
}
