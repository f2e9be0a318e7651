package org.patientsapi.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Audit entries as FHIR R4 {@code AuditEvent}s, with the codes of DICOM and of FHIR's own REST audit. Built by hand: the
 * library for it weighs 20 MB. A test holds the outcome against HAPI's validator.
 */
final class FhirAudit {

    private static final String EVENT_TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type";
    private static final String INTERACTIONS = "http://hl7.org/fhir/restful-interaction";
    private static final String OBJECT_TYPES = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private static final String OBJECT_ROLES = "http://terminology.hl7.org/CodeSystem/object-role";
    private static final String IP_ADDRESS = "2";
    private static final String SUCCESS = "0";
    private static final String MINOR_FAILURE = "4";

    private FhirAudit() {}

    static Map<String, Object> bundle(String patientId, long total, List<AuditEntry> entries) {
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("resourceType", "Bundle");
        bundle.put("type", "searchset");
        bundle.put("total", total);
        if (!entries.isEmpty()) {
            bundle.put(
                    "entry",
                    entries.stream()
                            .map(entry -> Map.of(
                                    "fullUrl",
                                    "urn:uuid:" + entry.entryId(),
                                    "resource",
                                    event(patientId, entry),
                                    "search",
                                    Map.of("mode", "match")))
                            .toList());
        }
        return bundle;
    }

    private static Map<String, Object> event(String patientId, AuditEntry entry) {
        Interaction interaction = Interaction.of(entry);
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("resourceType", "AuditEvent");
        event.put("id", entry.entryId());
        event.put("type", coding(EVENT_TYPES, "rest", "RESTful Operation"));
        event.put("subtype", List.of(coding(INTERACTIONS, interaction.code, interaction.code)));
        event.put("action", interaction.action);
        event.put("recorded", entry.at().toString());
        event.put("outcome", entry.reason() == null ? SUCCESS : MINOR_FAILURE);
        if (entry.reason() != null) {
            event.put("outcomeDesc", entry.reason());
        }
        event.put("agent", List.of(agent(entry)));
        event.put("source", Map.of("observer", Map.of("display", "Patients API")));
        event.put("entity", entities(patientId, entry));
        return event;
    }

    private static Map<String, Object> agent(AuditEntry entry) {
        Map<String, Object> agent = new LinkedHashMap<>();
        agent.put("who", Map.of("display", entry.actor().subject()));
        agent.put("altId", entry.actor().client());
        agent.put("requestor", true);
        if (entry.source() != null) {
            agent.put("network", Map.of("address", entry.source(), "type", IP_ADDRESS));
        }
        if (entry.branchId() != null) {
            agent.put("location", Map.of("display", entry.branchId()));
        }
        return agent;
    }

    private static List<Map<String, Object>> entities(String patientId, AuditEntry entry) {
        Map<String, Object> patient = new LinkedHashMap<>();
        patient.put(
                "what", Map.of("identifier", Map.of("system", "urn:ietf:rfc:3986", "value", "urn:uuid:" + patientId)));
        patient.put("type", coding(OBJECT_TYPES, "1", "Person"));
        patient.put("role", coding(OBJECT_ROLES, "1", "Patient"));
        List<Map<String, String>> details = new ArrayList<>();
        details.add(detail("action", entry.action()));
        if (entry.version() != null) {
            details.add(detail("version", Long.toString(entry.version())));
        }
        if (entry.requestId() != null) {
            details.add(detail("request_id", entry.requestId()));
        }
        if (!entry.unreadableVersions().isEmpty()) {
            details.add(detail(
                    "unreadable_versions",
                    entry.unreadableVersions().stream().map(String::valueOf).collect(Collectors.joining(","))));
        }
        for (FieldChange change : entry.changes()) {
            details.add(detail(
                    "changed: " + change.field(),
                    (change.before() == null ? "-" : change.before().asString())
                            + " > "
                            + (change.after() == null ? "-" : change.after().asString())));
        }
        patient.put("detail", details);
        return List.of(patient);
    }

    private static Map<String, String> detail(String type, String value) {
        return Map.of("type", type, "valueString", value);
    }

    private static Map<String, String> coding(String system, String code, String display) {
        return Map.of("system", system, "code", code, "display", display);
    }

    /** FHIR's name for what was done, and DICOM's letter for its kind. */
    private enum Interaction {
        CREATE("create", "C"),
        UPDATE("update", "U"),
        DELETE("delete", "D"),
        READ("read", "R"),
        SEARCH("search-type", "E");

        private final String code;
        private final String action;

        Interaction(String code, String action) {
            this.code = code;
            this.action = action;
        }

        static Interaction of(AuditEntry entry) {
            return switch (entry.kind()) {
                case AuditEntry.WRITE ->
                    switch (entry.action()) {
                        case "patient.registered" -> CREATE;
                        case "patient.erased" -> DELETE;
                        default -> UPDATE;
                    };
                case "search" -> SEARCH;
                default -> ofMethod(entry.action());
            };
        }

        private static Interaction ofMethod(String action) {
            return switch (action.substring(0, Math.max(0, action.indexOf(' ')))) {
                case "POST" -> action.endsWith("/search") ? SEARCH : CREATE;
                case "PATCH" -> UPDATE;
                case "DELETE" -> DELETE;
                default -> READ;
            };
        }
    }
}
