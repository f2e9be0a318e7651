package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Of a token that is limited to more than one branch, as no demo client's is. */
class SeveralBranchesTest extends AcceptanceTest {

    @Autowired
    private JWKSource<SecurityContext> keys;

    @Test
    void a_token_for_several_branches_has_to_name_one_which_is_said_with_all_else_that_is_wrong() {
        Api.Client roaming = API.withToken(new Tokens(keys, API.address())
                .of("patients:write patients:read", Duration.ofMinutes(1), "MUM", "DEL"));

        assertThat(roaming.post("/patients", People.somebodyWith("gender", "x"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("branch_id required", "gender invalid_format");
        assertThat(roaming.post("/patients", People.somebodyWith("branch_id", "DEL"))
                        .is(201)
                        .text("branch_id"))
                .isEqualTo("DEL");
    }
}
