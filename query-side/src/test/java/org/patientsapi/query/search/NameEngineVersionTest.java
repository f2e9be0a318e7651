package org.patientsapi.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.patientsapi.sample.IndianRegister;

/** An index made by other rules misses people without a word: whoever changes a rule is told here to say so. */
class NameEngineVersionTest {

    @Test
    void a_change_of_the_tokens_comes_with_a_new_version() throws NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        for (var patient : new IndianRegister(1, 5_000).patients()) {
            var tokens = SearchTokens.of(
                    patient.firstName(),
                    patient.lastName(),
                    patient.phone(),
                    patient.patientNumber(),
                    patient.abhaNumber(),
                    patient.abhaAddress());
            digest.update(new TreeMap<>(tokens.asDocument()).toString().getBytes(UTF_8));
        }

        assertThat(NameEngine.VERSION + " " + HexFormat.of().formatHex(digest.digest(), 0, 8))
                .as(
                        "Tokens have changed: raise NameEngine.VERSION, so that indices made before are rebuilt; or, where only"
                                + " the sample register has, renew this line alone.")
                .isEqualTo("7 9ee886bc4b917e4c");
    }
}
