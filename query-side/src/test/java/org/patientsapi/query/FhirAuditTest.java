package org.patientsapi.query;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The export, by the judgement of HAPI's validator with FHIR's own R4 definitions. */
class FhirAuditTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PATIENT = "01a2008d-7400-7c3e-9b2d-5f1e8a6c4d20";

    private static FhirValidator validator;

    @BeforeAll
    static void readDefinitions() {
        FhirContext r4 = FhirContext.forR4();
        validator = r4.newValidator()
                .registerValidatorModule(new FhirInstanceValidator(new ValidationSupportChain(
                        new DefaultProfileValidationSupport(r4),
                        new CommonCodeSystemsTerminologyService(r4),
                        new InMemoryTerminologyServerValidationSupport(r4))));
    }

    @Test
    void every_kind_of_entry_is_a_valid_audit_event() {
        List<AuditEntry> entries = new ArrayList<>();
        for (String written : List.of("patient.registered", "patient.contact-changed", "patient.erased")) {
            entries.add(entry("write", written, null));
        }
        for (String asked : List.of(
                "GET /patients/{id}",
                "HEAD /patients/{id}",
                "POST /patients",
                "PATCH /patients/{id}",
                "DELETE /patients/{id}")) {
            entries.add(entry("read", asked, null));
            entries.add(entry("refusal", asked, "patient_not_found"));
        }
        entries.add(entry("search", "POST /patients/search", null));
        entries.add(entry("search", "GET /events/stream", null));
        entries.add(entry("refusal", "DELETE /patients/{id}", "legal_hold"));
        entries.add(entry("read", "GET /patients/{id}/erasure", null));
        entries.add(withoutContent("patient.erased"));
        entries.add(withoutContent("patient.registered"));

        String bundle = JSON.writeValueAsString(FhirAudit.bundle(PATIENT, 99, entries));

        assertThat(errors(bundle)).isEmpty();
        assertThat(JSON.readTree(bundle).at("/entry")).hasSize(entries.size());
        List<String> actions = texts(bundle, "/resource/action");
        assertThat(actions)
                .containsExactly(
                        "C", "U", "D", "R", "R", "R", "R", "C", "C", "U", "U", "D", "D", "E", "E", "D", "R", "D", "C");
        // Of what is valid, but may be wrong or not there, the validator says nothing.
        Map<String, String> interactions =
                Map.of("C", "create", "U", "update", "D", "delete", "R", "read", "E", "search-type");
        assertThat(texts(bundle, "/resource/subtype/0/code"))
                .isEqualTo(actions.stream().map(interactions::get).toList());
        assertThat(texts(bundle, "/resource/outcome"))
                .isEqualTo(entries.stream()
                        .map(entry -> entry.reason() == null ? "0" : "4")
                        .toList());
        assertThat(texts(bundle, "/resource/agent/0/who/display"))
                .isEqualTo(
                        entries.stream().map(entry -> entry.actor().subject()).toList());
        assertThat(texts(bundle, "/resource/agent/0/altId"))
                .isEqualTo(entries.stream().map(entry -> entry.actor().client()).toList());
        assertThat(texts(bundle, "/resource/entity/0/what/identifier/value")).containsOnly("urn:uuid:" + PATIENT);
        assertThat(errors(JSON.writeValueAsString(FhirAudit.bundle(PATIENT, 0, List.of()))))
                .isEmpty();
    }

    @Test
    void the_validator_would_notice() {
        String bundle = JSON.writeValueAsString(
                FhirAudit.bundle(PATIENT, 1, List.of(entry("read", "GET /patients/{id}", null))));

        assertThat(errors(bundle.replace("\"recorded\"", "\"noted\""))).isNotEmpty();
        assertThat(errors(bundle.replace("\"action\":\"R\"", "\"action\":\"X\"")))
                .isNotEmpty();
        assertThat(errors(bundle.replace("\"code\":\"read\"", "\"code\":\"glance\"")))
                .isNotEmpty();
    }

    private static List<String> errors(String resource) {
        return validator.validateWithResult(resource).getMessages().stream()
                .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
                .map(message -> message.getLocationString() + " " + message.getMessage())
                .toList();
    }

    private static List<String> texts(String bundle, String pointer) {
        return JSON.readTree(bundle)
                .get("entry")
                .valueStream()
                .map(entry -> entry.at(pointer).asString())
                .toList();
    }

    private static AuditEntry entry(String kind, String action, String reason) {
        JsonNode shown = JSON.getNodeFactory().stringNode("Mumbai");
        return new AuditEntry(
                UUID.randomUUID().toString(),
                Instant.parse("2026-11-23T10:28:59.874123Z"),
                kind,
                action,
                2L,
                new AuditEntry.Actor("front-desk", "asha"),
                "BLR",
                "10.1.7.20",
                "request-1",
                reason,
                List.of(new FieldChange("address.city", null, shown), new FieldChange("phone", shown, null)),
                List.of());
    }

    /** As of an erased or unreadable patient, by a caller of all branches, from an unknown address. */
    private static AuditEntry withoutContent(String action) {
        return new AuditEntry(
                UUID.randomUUID().toString(),
                Instant.parse("2026-11-23T10:28:59.874Z"),
                "write",
                action,
                3L,
                new AuditEntry.Actor("admin", "admin"),
                null,
                null,
                "request-2",
                null,
                List.of(),
                List.of(2L, 3L));
    }
}
