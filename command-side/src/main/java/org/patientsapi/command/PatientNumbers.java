package org.patientsapi.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.values.PatientNumber;
import org.patientsapi.values.PatientNumberPermutation;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/** Gives out card numbers: a counter that is never turned back, permuted so that no number tells its neighbour. */
@Component
class PatientNumbers {

    /** So many places of the counter are taken at a time: a round trip that most registrations are spared. */
    private static final int BLOCK = 50;

    private final JdbcClient jdbc;
    private final PatientNumberPermutation permutation;
    private final Queue<String> taken = new ConcurrentLinkedQueue<>();

    PatientNumbers(JdbcClient jdbc, KeyVault vault) {
        this.jdbc = jdbc;
        this.permutation = new PatientNumberPermutation(vault.derive("patient-number"));
    }

    /** A number that no other patient has had or will have; lost if it is not used, as are those left over at the end. */
    String next() {
        for (String number = taken.poll(); ; number = taken.poll()) {
            if (number != null) {
                return number;
            }
            taken.addAll(block());
        }
    }

    /** Without those that a restored database knows of although its counter has not come to them yet. */
    private List<String> block() {
        List<String> block = new ArrayList<>(jdbc.sql("SELECT nextval('patient_number_seq') FROM generate_series(1, ?)")
                .param(BLOCK)
                .query((row, n) ->
                        PatientNumber.of(permutation.permute(row.getLong(1))).value())
                .list());
        block.removeAll(jdbc.sql("SELECT patient_number FROM patient_key WHERE patient_number = ANY (?)")
                .param(new SqlArrayValue("text", block.toArray()))
                .query(String.class)
                .list());
        return block;
    }
}
