package org.patientsapi.command;

import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.values.PatientNumber;
import org.patientsapi.values.PatientNumberPermutation;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Gives out card numbers: a counter that is never turned back, permuted so that no number tells its neighbour. */
@Component
class PatientNumbers {

    private final JdbcClient jdbc;
    private final PatientNumberPermutation permutation;

    PatientNumbers(JdbcClient jdbc, KeyVault vault) {
        this.jdbc = jdbc;
        this.permutation = new PatientNumberPermutation(vault.derive("patient-number"));
    }

    /** A number that no other patient has had or will have; lost if it is not used. */
    PatientNumber next() {
        long counter = jdbc.sql("SELECT nextval('patient_number_seq')")
                .query(Long.class)
                .single();
        return PatientNumber.of(permutation.permute(counter));
    }
}
