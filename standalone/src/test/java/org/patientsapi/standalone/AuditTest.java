package org.patientsapi.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import tools.jackson.databind.JsonNode;

/** Who changed, saw, found or was refused whom. */
class AuditTest extends AcceptanceTest {

    private static final HexFormat HEX = HexFormat.of();

    @Test
    void a_write_is_told_field_by_field_with_what_is_personal_masked() {
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("address", Map.of("city", "Pune")))
                .is(201);
        FRONT_DESK
                .with("X-Request-Id", "correction-1")
                .patch(
                        path(patient),
                        Map.of(
                                "phone", "+919800000042",
                                "first_name", "Zubeida",
                                "email", "zubeida@example.com",
                                "date_of_birth", "1971-07-17",
                                "address", Map.of("city", "Mumbai", "line1", "9 Canary Lane")))
                .is(200);

        Answer audit = audit(patient, "?kind=write");

        assertThat(audit.all("action"))
                .containsExactly("patient.contact-changed", "patient.demographics-corrected", "patient.registered");
        assertThat(audit.header("X-Total-Count")).isEqualTo("3");
        JsonNode contact = audit.json().get(0);
        assertThat(contact.get("request_id").asString()).isEqualTo("correction-1");
        assertThat(contact.get("actor").get("client").asString()).isEqualTo("front-desk");
        assertThat(contact.get("source").asString()).isNotEmpty();
        assertThat(contact.get("version").asInt()).isEqualTo(3);
        assertThat(changes(contact))
                .contains("address.city Pune > Mumbai", "phone *********" + lastFour(patient) + " > *********0042");
        assertThat(changes(contact)).contains("address.line1 null > ***", "email null > z***");
        assertThat(changes(audit.json().get(1)))
                .anySatisfy(
                        change -> assertThat(change).startsWith("first_name ").endsWith(" > Z***"))
                .anySatisfy(change -> assertThat(change).endsWith(" > 1971-**-**"));
        assertThat(audit.body()).doesNotContain("Zubeida", "zubeida", "Canary Lane", "1971-07-17", "9800000042");
    }

    /** The auditor need not know what somebody suffers from, where they live or how they are insured. */
    @Test
    void of_illness_insurance_numbers_and_address_it_tells_that_they_changed_and_not_what_they_are() {
        Answer patient = FRONT_DESK
                .post(
                        "/patients",
                        People.somebodyWith(
                                "blood_group",
                                "AB-",
                                "address",
                                Map.of("line1", "9 Canary Lane", "line2", "Canary Nagar", "pincode", "411001"),
                                "identifiers",
                                Map.of(
                                        "abha_address",
                                        "canary@abdm",
                                        "insurance",
                                        List.of(Map.of(
                                                "provider", "Canary Life",
                                                "policy_number", "CANARY/1",
                                                "member_id", "CANARY-2",
                                                "valid_from", "2026-01-01",
                                                "valid_until", "2026-12-31"))),
                                "medical_summary",
                                Map.of(
                                        "active_diagnoses",
                                        List.of(Map.of(
                                                "code", "CANARY",
                                                "system", "Canary system",
                                                "description", "Canary fever",
                                                "since", "2019")),
                                        "allergies",
                                        List.of(Map.of(
                                                "substance", "Canary feathers",
                                                "reaction", "canary cough",
                                                "severity", "canary")),
                                        "current_medications",
                                        List.of(Map.of(
                                                "name", "Canarin",
                                                "dose", "1 canary",
                                                "frequency", "canary",
                                                "since", "2019-04")))))
                .is(201);
        String visit = FRONT_DESK
                .post(
                        path(patient) + "/visits",
                        Map.of(
                                "type", "OPD",
                                "date", "2026-01-01",
                                "provider", Map.of("name", "Dr Rao"),
                                "department", "Canary ward",
                                "reason", "Canary cough"))
                .is(201)
                .text("visit_id");

        Answer audit = audit(patient, "?kind=write");

        assertThat(audit.all("action")).containsExactly("patient.visit-recorded", "patient.registered");
        assertThat(changes(audit.json().get(0)))
                .contains(
                        "visit_history[" + visit + "].department null > ***",
                        "visit_history[" + visit + "].reason null > ***");
        assertThat(changes(audit.json().get(1)))
                .filteredOn(change -> change.matches(
                        "(blood_group|address\\.(line|pin)|identifiers\\.(abha|insurance)|medical_summary).*"))
                .hasSize(21)
                .allMatch(change -> change.endsWith(" null > ***"));
        assertThat(audit.body()).doesNotContainIgnoringCase("canar").doesNotContain("AB-", "411001", "2019", "12-31");
    }

    @Test
    void who_was_registered_in_spite_of_a_duplicate_is_told_with_the_reason_and_the_other() {
        Map<String, Object> person = People.somebody();
        Answer other = FRONT_DESK.post("/patients", person).is(201);
        person.put("duplicate_override", Map.of("reason", "verified_distinct", "of", other.id()));
        Answer patient = FRONT_DESK.post("/patients", person).is(201);

        Answer audit = audit(patient, "?kind=write");

        assertThat(audit.all("action")).containsExactly("patient.registered");
        assertThat(changes(audit.json().get(0)))
                .contains(
                        "known_distinct[0].id null > " + other.id(),
                        "known_distinct[0].reason null > verified_distinct");
    }

    @Test
    void visits_are_told_apart_by_their_ids() {
        Answer patient = registered();
        String visit = FRONT_DESK
                .post(
                        path(patient) + "/visits",
                        Map.of(
                                "type",
                                "OPD",
                                "date",
                                "2026-01-01",
                                "provider",
                                Map.of("name", "Dr Rao"),
                                "reason",
                                "Cough"))
                .is(201)
                .text("visit_id");
        FRONT_DESK
                .post(
                        path(patient) + "/visits",
                        Map.of("type", "OPD", "date", "2026-02-01", "provider", Map.of("name", "Dr Rao")))
                .is(201);
        FRONT_DESK
                .patch(path(patient) + "/visits/" + visit, Map.of("status", "cancelled"))
                .is(200);

        JsonNode cancelled = audit(patient, "?kind=write").json().get(0);

        assertThat(changes(cancelled))
                .containsExactly(
                        "visit_history[" + visit + "].status recorded > cancelled",
                        "visit_history[" + visit + "].version 2 > 4");
    }

    @Test
    void whoever_read_found_or_was_refused_a_patient_stands_in_its_audit() {
        Answer patient = registered();
        String path = path(patient);
        READER.with("X-Request-Id", "r1").get(path).is(200);
        READER.with("If-None-Match", "\"1\"")
                .with("X-Request-Id", "r2")
                .get(path)
                .is(304);
        READER.with("X-Request-Id", "r3").send("HEAD", path, null).is(200);
        READER.with("X-Request-Id", "r4").get(path + "/visits").is(200);
        READER.with("X-Request-Id", "r5")
                .patch(path, Map.of("email", "a@example.com"))
                .is(403);
        FRONT_DESK
                .with("X-Request-Id", "r6")
                .with("If-Match", "\"7\"")
                .patch(path, Map.of())
                .is(412);
        FRONT_DESK
                .with("X-Request-Id", "r7")
                .get(path + "/visits/" + UUID.randomUUID())
                .is(404);
        Eventually.that(() -> assertThat(READER.with("X-Request-Id", "r8")
                        .get("/patients?search=" + patient.text("patient_id"))
                        .json())
                .hasSize(1));

        assertThat(entries(audit(patient, "?kind=read"), "r"))
                .contains(
                        "r1 read GET /patients/{id} 1", "r2 read GET /patients/{id} 1", "r3 read HEAD /patients/{id} 1")
                .contains("r4 read GET /patients/{id}/visits null");
        assertThat(entries(audit(patient, "?kind=refusal"), "r"))
                .containsExactly(
                        "r7 refusal GET /patients/{id}/visits/{visitId} visit_not_found",
                        "r6 refusal PATCH /patients/{id} stale_version",
                        "r5 refusal PATCH /patients/{id} insufficient_scope");
        assertThat(entries(audit(patient, "?kind=search"), "r8")).contains("r8 search GET /patients null");
    }

    /** What is wrong with the request alone tells nothing of a patient; what the record says of it does. */
    @Test
    void whoever_was_refused_by_what_the_record_says_stands_in_its_audit() {
        Answer patient = registered();
        String path = path(patient);
        Map<String, Object> visit = Map.of("type", "OPD", "date", "1995-01-01", "provider", Map.of("name", "Dr Rao"));
        FRONT_DESK.post(path + "/visits", visit).is(201);
        FRONT_DESK.with("X-Request-Id", "w1").patch(path, "{\"phone\": null}").isProblem(400, "invalid_fields");
        FRONT_DESK
                .with("X-Request-Id", "w2")
                .patch(path, Map.of("date_of_birth", "1999-01-01"))
                .isProblem(400, "invalid_fields");
        FRONT_DESK
                .with("X-Request-Id", "w3")
                .post(
                        path + "/visits",
                        Map.of("type", "OPD", "date", "1980-01-01", "provider", Map.of("name", "Dr Rao")))
                .isProblem(400, "invalid_fields");
        FRONT_DESK
                .with("X-Request-Id", "w4")
                .patch(path, Map.of("gender", "none"))
                .isProblem(400, "invalid_fields");
        FRONT_DESK
                .with("X-Request-Id", "w5")
                .post(
                        path + "/visits",
                        Map.of("type", "OPD", "date", "2099-01-01", "provider", Map.of("name", "Dr Rao")))
                .isProblem(400, "invalid_fields");

        assertThat(entries(audit(patient, "?kind=refusal"), "w"))
                .containsExactly(
                        "w3 refusal POST /patients/{id}/visits invalid_fields",
                        "w2 refusal PATCH /patients/{id} invalid_fields",
                        "w1 refusal PATCH /patients/{id} invalid_fields");
    }

    @Test
    void whoever_is_asked_for_in_the_body_of_a_registration_that_is_refused_stands_in_its_audit() {
        Answer mother = registered();
        Map<String, Object> child = Map.of(
                "registration_type", "newborn",
                "newborn", Map.of("mother_id", mother.id()),
                "date_of_birth", "2026-11-22",
                "gender", "female",
                "duplicate_override", Map.of("reason", "twin", "of", mother.id()));
        FRONT_DESK.with("X-Request-Id", "m1").post("/patients", child).isProblem(400, "invalid_fields");
        Map<String, Object> person = People.somebodyWith("branch_id", "MUM");
        Api.Client atTheDesk = FRONT_DESK.with("Idempotency-Key", "asked-again-" + mother.id());
        Answer erased = atTheDesk.post("/patients", person).is(201);
        ADMIN.send("DELETE", path(erased) + "?reason=patient_request", null).is(200);
        atTheDesk.with("X-Request-Id", "m2").post("/patients", person).isProblem(404, "patient_not_found");

        assertThat(entries(audit(mother, "?kind=refusal"), "m"))
                .containsExactly("m1 refusal POST /patients invalid_fields");
        assertThat(entries(audit(erased, "?kind=refusal"), "m"))
                .containsExactly("m2 refusal POST /patients patient_not_found");
    }

    @Test
    void the_auditor_is_audited() {
        Answer patient = registered();
        AUDITOR.with("X-Request-Id", "first-look").get(path(patient) + "/audit").is(200);

        assertThat(entries(audit(patient, "?actor=auditor"), "first-look"))
                .containsExactly("first-look read GET /patients/{id}/audit null");
    }

    @Test
    void what_a_command_shows_without_changing_it_counts_as_a_read() {
        Map<String, Object> person = People.somebody();
        Answer patient = FRONT_DESK
                .with("Idempotency-Key", "k" + person.get("phone"))
                .post("/patients", person)
                .is(201);
        FRONT_DESK
                .with("X-Request-Id", "retry")
                .with("Idempotency-Key", "k" + person.get("phone"))
                .post("/patients", person)
                .is(201);
        FRONT_DESK
                .with("X-Request-Id", "nothing")
                .patch(path(patient), Map.of())
                .is(200);
        FRONT_DESK.with("X-Request-Id", "duplicate").post("/patients", person).is(409);
        FRONT_DESK
                .with("X-Request-Id", "child")
                .post(
                        "/patients",
                        Map.of(
                                "registration_type", "newborn",
                                "newborn", Map.of("mother_id", patient.id(), "birth_order", 1),
                                "date_of_birth", "2026-11-22",
                                "gender", "female"))
                .is(201);

        assertThat(entries(audit(patient, "?actor=front-desk"), ""))
                .contains(
                        "retry read POST /patients 1",
                        "nothing read PATCH /patients/{id} 1",
                        "duplicate refusal POST /patients duplicate_patient",
                        "child read POST /patients null");
        assertThat(audit(patient, "?kind=write").json()).hasSize(1);
    }

    @Test
    void page_by_page_it_shows_everything_once_and_in_order() {
        Answer patient = registered();
        for (int i = 0; i < 6; i++) {
            READER.get(path(patient)).is(200);
            FRONT_DESK.patch(path(patient), Map.of("email", i + "@example.com")).is(200);
        }
        String to = Instant.now().plusMillis(1).toString();
        List<String> whole = audit(patient, "?per_page=100&to=" + to).all("entry_id");
        assertThat(whole).hasSize(13).doesNotHaveDuplicates();

        assertThat(AUDITOR.allPages(path(patient) + "/audit?per_page=3&to=" + to, "entry_id"))
                .isEqualTo(whole);
        assertThat(audit(patient, "?per_page=3&page=2&to=" + to).all("entry_id"))
                .isEqualTo(whole.subList(3, 6));
        assertThat(AUDITOR.send("HEAD", path(patient) + "/audit", null).is(200).header("X-Total-Count"))
                .isNotEmpty();
    }

    @Test
    void a_cursor_leads_on_in_the_audit_of_its_own_patient_and_question_only() {
        Answer patient = registered();
        READER.get(path(patient)).is(200);
        String after = "after="
                + audit(patient, "?per_page=1").link("next").orElseThrow().replaceFirst(".*[?&]after=([^&]+).*", "$1");

        for (String other : List.of(path(registered()) + "/audit?", path(patient) + "/audit?kind=read&")) {
            assertThat(AUDITOR.get(other + after)
                            .isProblem(400, "invalid_fields")
                            .errors())
                    .as(other)
                    .containsExactly("after invalid_cursor");
        }
        AUDITOR.get("/patients/" + patient.text("patient_id") + "/audit?" + after)
                .is(200);
    }

    @Test
    void archives_get_it_as_fhir_where_they_ask_for_that() {
        Answer patient = registered();
        Api.Client archive = AUDITOR.with("Accept", "application/fhir+json");

        Answer bundle = archive.get(path(patient) + "/audit").is(200);

        assertThat(bundle.header("Content-Type")).startsWith("application/fhir+json");
        assertThat(bundle.text("resourceType")).isEqualTo("Bundle");
        assertThat(bundle.text("/entry/0/resource/resourceType")).isEqualTo("AuditEvent");
        for (String accept : List.of("*/*", "application/json", "application/json, application/fhir+json;q=0.5")) {
            assertThat(AUDITOR.with("Accept", accept)
                            .get(path(patient) + "/audit")
                            .is(200)
                            .header("Content-Type"))
                    .startsWith("application/json");
        }
        AUDITOR.with("Accept", "application/xml").get(path(patient) + "/audit").isProblem(406, "not_acceptable");
    }

    @Test
    void it_can_be_narrowed_to_a_time() {
        Answer patient = registered();
        Instant between = Instant.parse(patient.text("registered_at")).plusMillis(1);
        ProductProcess.await(Duration.ofSeconds(1), () -> Instant.now().isAfter(between.plusMillis(5)));
        FRONT_DESK.patch(path(patient), Map.of("email", "later@example.com")).is(200);

        assertThat(audit(patient, "?kind=write&from=" + between).all("action"))
                .containsExactly("patient.contact-changed");
        assertThat(audit(patient, "?kind=write&to=" + between).all("action")).containsExactly("patient.registered");
    }

    @Test
    void of_the_time_that_is_asked_for_the_beginning_counts_and_the_end_does_not() {
        Answer patient = registered();
        READER.get(path(patient)).is(200);
        for (String one : List.of("?kind=write", "?kind=read&actor=reader")) {
            String at = audit(patient, one).text("/0/at");

            assertThat(audit(patient, one + "&from=" + at).json()).as(one).hasSize(1);
            assertThat(audit(patient, one + "&to=" + at).json()).as(one).isEmpty();
        }
    }

    /** An application has many users, and a user more than one. */
    @Test
    void it_can_be_narrowed_to_an_application_or_to_its_user() {
        Answer patient = registered();
        String user = "user-" + patient.id();
        Api.Client ward = wardOf(user, "BLR");
        ward.get(path(patient)).is(200);
        ward.patch(path(patient), Map.of("email", "ward@example.com")).is(200);

        for (String actor : List.of("ward", user)) {
            Answer audit = audit(patient, "?actor=" + actor);
            assertThat(audit.all("action")).containsExactly("patient.contact-changed", "GET /patients/{id}");
            assertThat(audit.header("X-Total-Count")).isEqualTo("2");
        }
    }

    @Test
    void an_entry_says_to_which_branches_its_caller_was_limited() {
        Answer patient = registered();
        Api.Client ward = wardOf("asha", "MUM", "BLR");
        ward.get(path(patient)).is(200);
        ward.patch(path(patient), Map.of("email", "ward@example.com")).is(200);

        assertThat(audit(patient, "?actor=ward").all("branch_id")).containsExactly("BLR,MUM", "BLR,MUM");
        assertThat(audit(patient, "?actor=front-desk").json().at("/0/branch_id").isNull())
                .isTrue();
    }

    private static Api.Client wardOf(String user, String... branches) {
        return API.withToken(tokens().ofUser(user, "ward", "patients:read patients:write", branches));
    }

    /** One record names everybody who stood on a page, whatever branch they are of. */
    @Test
    void a_proof_shows_an_auditor_of_some_branches_nobody_but_the_patient() {
        Answer patient = registered();
        String entry = audit(patient, "?kind=write").text("/0/entry_id");
        String proof = path(patient) + "/audit/" + entry + "/proof";
        Eventually.that(() -> AUDITOR.get(proof).is(200));

        Answer limited = API.withToken(auditorOf("BLR")).get(proof).is(200);

        assertThat(limited.json().get("leaf").isNull()).isTrue();
        assertThat(limited.text("leaf_hash"))
                .isEqualTo(AUDITOR.get(proof).is(200).text("leaf_hash"));
        assertThat(audit(patient, "?actor=auditor-blr").all("action"))
                .as("who asks for a proof is audited too")
                .containsExactly("GET /patients/{id}/audit/{entryId}/proof");
    }

    @Test
    void everything_wrong_with_the_question_is_told_at_once() {
        Answer patient = registered();

        assertThat(AUDITOR.get(path(patient) + "/audit?kind=glance&from=yesterday&per_page=0&after=nonsense")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "kind unknown_code", "from invalid_date", "per_page out_of_range", "after invalid_cursor");
    }

    @Test
    void a_missing_patient_and_one_of_a_foreign_branch_cannot_be_told_apart() {
        Answer foreign = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .is(201);
        Answer own = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "BLR"))
                .is(201);
        String unknown = UUID.randomUUID().toString();
        Api.Client auditorOfBlr = API.withToken(auditorOf("BLR"));
        auditorOfBlr.get(path(own) + "/audit").is(200);

        for (String what : List.of("/audit", "/audit/" + UUID.randomUUID() + "/proof")) {
            Answer hidden = auditorOfBlr.get(path(foreign) + what).isProblem(404, "patient_not_found");
            Answer missing = auditorOfBlr.get("/patients/" + unknown + what).isProblem(404, "patient_not_found");
            assertThat(hidden.body()
                            .replace(foreign.id(), unknown)
                            .replace(hidden.text("request_id"), missing.text("request_id")))
                    .isEqualTo(missing.body());
        }
        assertThat(entries(audit(foreign, "?actor=auditor-blr"), ""))
                .hasSize(2)
                .allMatch(entry -> entry.contains("refusal"));
    }

    @Test
    void the_past_of_a_patient_who_has_moved_is_for_those_who_may_see_the_patient_now() {
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "BLR"))
                .is(201);
        FRONT_DESK_BLR.get(path(patient)).is(200);
        FRONT_DESK_BLR.get(path(patient) + "?version=1").is(200);

        FRONT_DESK.patch(path(patient), Map.of("branch_id", "DEL")).is(200);

        FRONT_DESK_BLR.get(path(patient) + "?version=1").isProblem(404, "patient_not_found");
        FRONT_DESK_BLR
                .get(path(patient) + "?as_of=" + patient.text("registered_at"))
                .isProblem(404, "patient_not_found");
        READER.get(path(patient) + "?version=1").is(200);
    }

    @Test
    void a_patient_can_be_read_as_it_was() {
        Map<String, Object> person = People.somebody();
        Answer first = FRONT_DESK.post("/patients", person).is(201);
        ProductProcess.await(
                Duration.ofSeconds(1),
                () -> Instant.now()
                        .isAfter(Instant.parse(first.text("registered_at")).plusMillis(5)));
        Answer second = FRONT_DESK
                .patch(path(first), Map.of("email", "now@example.com"))
                .is(200);

        assertThat(READER.get(path(first) + "?version=1").is(200).json()).isEqualTo(first.json());
        assertThat(READER.get(path(first) + "?version=1").header("ETag")).isEqualTo("\"1\"");
        assertThat(READER.get(path(first) + "?as_of=" + first.text("registered_at"))
                        .is(200)
                        .json())
                .isEqualTo(first.json());
        assertThat(READER.get(path(first) + "?as_of=" + second.text("updated_at"))
                        .is(200)
                        .text("email"))
                .isEqualTo("now@example.com");
        assertThat(READER.get(path(first) + "?as_of=2090-06-20").is(200).text("age"))
                .as("of somebody who was born on 20 June 1990, on that day")
                .isEqualTo("100");
        READER.get(path(first) + "?version=3").isProblem(404, "patient_not_found");
        READER.get(path(first) + "?as_of=2020-01-01").isProblem(404, "patient_not_found");
        assertThat(READER.get(path(first) + "?version=0&as_of=then")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("version out_of_range", "as_of invalid_date");
        assertThat(READER.get(path(first) + "?version=1&as_of=2026-11-01")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("version conflict");
        assertThat(entries(audit(first, "?kind=read&actor=reader"), "")).hasSize(5);
    }

    /** As docs/audit.md tells others to, with none of our classes. */
    @Test
    void an_entry_can_be_proven_when_it_is_sealed() throws GeneralSecurityException {
        Answer patient = registered();
        FRONT_DESK
                .patch(path(patient), Map.of("first_name", "Zubeida", "email", "z@example.com"))
                .is(200);
        READER.get(path(patient)).is(200);
        List<Integer> underOneSeal = new ArrayList<>();
        for (String entry : audit(patient, "").all("entry_id")) {
            String path = path(patient) + "/audit/" + entry + "/proof";
            Eventually.that(() -> AUDITOR.get(path).is(200));
            JsonNode proof = AUDITOR.get(path).is(200).json();
            byte[] leaf = HEX.parseHex(proof.get("leaf").asString());
            String leafHash = hash("00", HEX.formatHex(leaf));
            int index = proof.get("leaf_index").asInt();
            int leaves = proof.get("seal").get("leaves").asInt();
            List<String> hashes =
                    proof.get("path").valueStream().map(JsonNode::asString).toList();
            underOneSeal.add(leaves);

            assertThat(proof.get("entry_id").asString()).isEqualTo(entry);
            assertThat(AUDITOR.get(path.replace(entry, entry.toUpperCase(Locale.ROOT)))
                            .is(200)
                            .text("entry_id"))
                    .as("in capitals it is the same")
                    .isEqualTo(entry);
            assertThat(new String(leaf, UTF_8)).contains(entry, patient.id());
            assertThat(proof.get("leaf_hash").asString()).isEqualTo(leafHash);
            assertThat(index).isBetween(0, leaves - 1);
            assertThat(root(leafHash, index, leaves, hashes))
                    .isEqualTo(proof.get("seal").get("root").asString());
            assertThat(isSigned(proof.get("seal"), proof.get("public_key").asString()))
                    .isTrue();
        }
        // The change's two events came with one commit; of a tree of one leaf no path would have been tried.
        assertThat(underOneSeal).hasSize(4).anyMatch(leaves -> leaves > 1);
        AUDITOR.get(path(patient) + "/audit/" + UUID.randomUUID() + "/proof").isProblem(404, "audit_entry_not_found");
        assertThat(AUDITOR.get("/audit/seals?after=0&per_page=2")
                        .is(200)
                        .json()
                        .get("seals")
                        .valueStream()
                        .map(seal -> seal.get("number").asInt()))
                .containsExactly(1, 2);
    }

    @Test
    void of_an_erased_patient_it_tells_who_erased_it_and_who_was_refused_to_and_nothing_of_the_person() {
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("first_name", "Gayatri", "branch_id", "BLR"))
                .is(201);
        String erase = path(patient) + "?reason=patient_request";
        READER.with("X-Request-Id", "x0").get(path(patient)).is(200);
        FRONT_DESK.with("X-Request-Id", "x1").send("DELETE", erase, null).is(403);
        ADMIN.with("X-Request-Id", "x2")
                .with("If-Match", "\"9\"")
                .send("DELETE", erase, null)
                .is(412);
        ADMIN.with("X-Request-Id", "x3")
                .send("DELETE", erase + "&immediate=true", null)
                .is(409);
        ADMIN.with("X-Request-Id", "x4").send("DELETE", erase, null).is(200);
        READER.with("X-Request-Id", "x5").get(path(patient)).is(404);
        ADMIN.with("X-Request-Id", "x6").send("DELETE", erase, null).is(200);
        AUDITOR.with("X-Request-Id", "x7").get(path(patient) + "/erasure").is(200);

        Answer audit = audit(patient, "?per_page=100");

        assertThat(entries(audit, "x"))
                .containsExactly(
                        "x7 read GET /patients/{id}/erasure null",
                        "x6 read DELETE /patients/{id} null",
                        "x5 refusal GET /patients/{id} patient_not_found",
                        "x4 write patient.erased 2",
                        "x3 refusal DELETE /patients/{id} legal_hold",
                        "x2 refusal DELETE /patients/{id} stale_version",
                        "x1 refusal DELETE /patients/{id} insufficient_scope",
                        "x0 read GET /patients/{id} 1");
        assertThat(audit.all("action")).contains("patient.registered");
        assertThat(audit.json().valueStream().map(entry -> entry.get("changes").size()))
                .containsOnly(0);
        assertThat(audit.body()).doesNotContain("Gayatri", "Deshpande", patient.text("phone"), "1990");
        String erasure = audit.json()
                .valueStream()
                .filter(entry -> entry.get("action").asString().equals("patient.erased"))
                .findFirst()
                .orElseThrow()
                .get("entry_id")
                .asString();
        Eventually.that(() ->
                AUDITOR.get(path(patient) + "/audit/" + erasure + "/proof").is(200));
        assertThat(AUDITOR.with("Accept", "application/fhir+json")
                        .get(path(patient) + "/audit?kind=write")
                        .is(200)
                        .text("/entry/0/resource/action"))
                .isEqualTo("D");
        for (String what : List.of("/audit", "/erasure")) {
            API.withToken(auditorOf("BLR")).get(path(patient) + what).is(200);
            API.withToken(auditorOf("MUM")).get(path(patient) + what).isProblem(404, "patient_not_found");
        }
    }

    @Test
    void whoever_reads_the_identified_feed_stands_in_the_audit_of_those_whom_it_showed() {
        FeedReader identified = FeedReader.fromNow(API, ADMIN, "");
        FeedReader pseudonymous = FeedReader.fromNow(API, ANALYTICS, "");
        String start = identified.cursor();
        Answer patient = registered();

        identified.await(1);
        pseudonymous.await(1);
        try (Scanner stream = FeedReader.lines(FeedReader.open(API, ADMIN.token(), "/events/stream?after=" + start)
                .body())) {
            FeedReader.event(stream);
        }

        assertThat(entries(audit(patient, "?kind=search"), ""))
                .extracting(entry -> entry.replaceFirst("\\S+ ", ""))
                .containsExactly("search GET /events/stream null", "search GET /events null");
        assertThat(audit(patient, "?actor=analytics").json()).isEmpty();
    }

    /** RFC 9162, 2.1.3: from the top, where the last hash of the path is that of the half without the leaf. */
    private static String root(String leafHash, int index, int leaves, List<String> path)
            throws GeneralSecurityException {
        if (leaves == 1) {
            assertThat(path).isEmpty();
            return leafHash;
        }
        int left = Integer.highestOneBit(leaves - 1);
        List<String> below = path.subList(0, path.size() - 1);
        return index < left
                ? hash("01", root(leafHash, index, left, below), path.getLast())
                : hash("01", path.getLast(), root(leafHash, index - left, leaves - left, below));
    }

    private static String hash(String... hexadecimal) throws GeneralSecurityException {
        return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(HEX.parseHex(String.join("", hexadecimal))));
    }

    private static boolean isSigned(JsonNode seal, String publicKey) throws GeneralSecurityException {
        StringBuilder lines = new StringBuilder("patients-api audit seal 1\n");
        for (String name : List.of(
                "number",
                "kind",
                "log",
                "month",
                "after_place",
                "up_to_place",
                "leaves",
                "root",
                "previous",
                "sealed_at",
                "key_id")) {
            lines.append(name.replaceFirst("_(place|id)$", ""))
                    .append(' ')
                    .append(seal.get(name).isNull() ? "-" : seal.get(name).asString())
                    .append('\n');
        }
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(
                        Base64.getMimeDecoder().decode(publicKey.replaceAll("-----[A-Z ]+-----", "")))));
        signature.update(lines.toString().getBytes(UTF_8));
        return signature.verify(HEX.parseHex(seal.get("signature").asString()));
    }

    private static Answer registered() {
        return FRONT_DESK.post("/patients", People.somebody()).is(201);
    }

    private static String path(Answer patient) {
        return "/patients/" + patient.id();
    }

    private static String lastFour(Answer patient) {
        return patient.text("phone").substring(9);
    }

    private static Answer audit(Answer patient, String query) {
        return AUDITOR.get(path(patient) + "/audit" + query).is(200);
    }

    private static List<String> changes(JsonNode entry) {
        return entry.get("changes")
                .valueStream()
                .map(change -> change.get("field").asString() + " " + text(change.get("before")) + " > "
                        + text(change.get("after")))
                .toList();
    }

    private static String text(JsonNode value) {
        return value.isNull() ? "null" : value.asString();
    }

    /** Request, kind, action, and reason or version of those entries whose request id begins so. */
    private static List<String> entries(Answer audit, String requestId) {
        return audit.json()
                .valueStream()
                .filter(entry -> entry.get("request_id").asString().startsWith(requestId))
                .map(entry -> String.join(
                        " ",
                        entry.get("request_id").asString(),
                        entry.get("kind").asString(),
                        entry.get("action").asString(),
                        text(entry.get("reason").isNull() ? entry.get("version") : entry.get("reason"))))
                .toList();
    }

    private String auditorOf(String branch) {
        return tokens().of(
                        "auditor-" + branch.toLowerCase(Locale.ROOT), "patients:audit", Duration.ofMinutes(5), branch);
    }
}
