package org.patientsapi.standalone;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.patientsapi.standalone.Api.Answer;

/** A patient with something that would be noticed in every field that may hold personal data or free text. */
final class Canary {

    /** How many events a canary's life and her twin's registration are. */
    static final int EVENTS = 14;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private Canary() {}

    /** Goes through everything that can happen to a patient. @return what must not be told of her */
    static List<String> live(Api.Client desk) {
        int n = COUNT.incrementAndGet();
        String phone = "+9199%08d".formatted(87_000_000 + n);
        String abha = "91-0077-%04d-7700".formatted(n);
        Map<String, Object> body = People.somebodyWith(
                "first_name", "Canaryprabha",
                "last_name", "Kanaridevi",
                "date_of_birth", "1971-07-17",
                "gender", "female",
                "blood_group", "AB-",
                "phone", phone,
                "email", "canary" + n + "@canary.example.org",
                "branch_id", "BLR",
                "address",
                        Map.of(
                                "line1", "1 Canary Lane",
                                "line2", "Canary Wharf",
                                "city", "Canarypur",
                                "district", "Bengaluru Urban",
                                "state", "karnataka",
                                "pincode", "560038"),
                "identifiers",
                        Map.of(
                                "abha_id",
                                abha,
                                "abha_address",
                                "canary" + n + "@abdm",
                                "aadhaar",
                                "2341 2341 2346",
                                "aadhaar_verified",
                                true,
                                "insurance",
                                List.of(Map.of(
                                        "provider", "Canary Life",
                                        "policy_number", "CANARY-POLICY",
                                        "member_id", "CANARY-MEMBER"))),
                "medical_summary",
                        Map.of(
                                "active_diagnoses",
                                        List.of(
                                                Map.of(
                                                        "code", "E11.9",
                                                        "system", "ICD-10",
                                                        "description", "canary disease",
                                                        "since", "2019-04-13"),
                                                Map.of(
                                                        "code", "44054006",
                                                        "system", "SNOMED CT",
                                                        "description", "another canary disease"),
                                                Map.of(
                                                        "code", "canary code",
                                                        "system", "ICD-10",
                                                        "description", "a third one"),
                                                Map.of("description", "canary without a code")),
                                "allergies", List.of(Map.of("substance", "Canary seed", "reaction", "canary rash")),
                                "current_medications",
                                        List.of(Map.of("name", "Canaril", "dose", "1 canary", "since", "2019-04-13"))));
        Answer patient = desk.post("/patients", body).is(201);
        String path = "/patients/" + patient.id();
        desk.patch(path, Map.of("first_name", "Canarylata", "date_of_birth", "1971-07-18"))
                .is(200);
        desk.patch(
                        path,
                        Map.of(
                                "email",
                                "other" + n + "@canary.example.org",
                                "address",
                                Map.of("line1", "2 Canary Row")))
                .is(200);
        desk.patch(path, Map.of("identifiers", Map.of("abha_address", "canaria" + n + "@abdm")))
                .is(200);
        desk.patch(path, Map.of("medical_summary", Map.of("allergies", List.of(Map.of("substance", "Canary wine")))))
                .is(200);
        String visit = desk.post(path + "/visits", visit("OPD", "date", "2026-01-05", "Cardiology"))
                .is(201)
                .text("visit_id");
        desk.patch(path + "/visits/" + visit, Map.of("reason", "canary reason, corrected"))
                .is(200);
        desk.patch(path + "/visits/" + visit, Map.of("status", "cancelled")).is(200);
        String stay = desk.post(
                        path + "/visits", visit("IPD", "admitted_at", "2026-02-01T09:41:07+05:30", "Canary ward"))
                .is(201)
                .text("visit_id");
        desk.patch(path + "/visits/" + stay, Map.of("discharged_at", "2026-02-03T10:42:07+05:30"))
                .is(200);
        body.putAll(Map.of(
                "first_name",
                "Canarytwin",
                "date_of_birth",
                "1971-07-18",
                "identifiers",
                Map.of(),
                "duplicate_override",
                Map.of("reason", "twin", "of", patient.id())));
        Answer twin = desk.post("/patients", body).is(201);
        desk.patch(path, Map.of("branch_id", "MUM")).is(200);
        desk.patch(path, Map.of("status", "deceased")).is(200);

        List<String> canaries = new ArrayList<>(List.of(
                "Canary",
                "canary",
                "Kanaridevi",
                "CANARY",
                phone.substring(3),
                abha,
                "canaria",
                "other" + n,
                "XXXX-XXXX",
                "2346",
                "1971-07",
                "2019-04",
                "560038",
                "09:41",
                "10:42",
                "D-CAN"));
        for (Answer person : List.of(patient, twin)) {
            canaries.add(person.id());
            canaries.add(person.text("patient_id"));
        }
        canaries.add(visit);
        canaries.add(stay);
        return canaries;
    }

    private static Map<String, Object> visit(String type, String when, String time, String department) {
        return Map.of(
                "type",
                type,
                when,
                time,
                "department",
                department,
                "reason",
                "canary reason",
                "provider",
                Map.of("id", "D-CAN", "name", "Dr Canary"));
    }
}
