package org.patientsapi.query;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Visit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one field of the profile was and became, under the name that clients know it by. The auditor's task is who changed
 * what and when, so values are masked unless they are known to say nothing about the person: see {@link #SHOWN}. Whoever may
 * read patients can see them in full by {@code GET /patients/{id}?version=}, which is recorded.
 *
 * @param field a path such as {@code address.city} or {@code visit_history[<visit_id>].status}
 * @param before {@code null} where there was nothing
 * @param after {@code null} where nothing is left
 */
record FieldChange(
        String field, @Nullable JsonNode before, @Nullable JsonNode after) {

    /** Follow from others, or change with every event. */
    private static final Set<String> DERIVED =
            Set.of("id", "version", "updated_at", "name", "age", "visit_count", "last_visit_date", "patient_id");

    /** Indices and visit ids left out. */
    private static final Set<String> SHOWN = Set.of(
            "branch_id",
            "registered_at",
            "registration_type",
            "status",
            "gender",
            "address.city",
            "address.district",
            "address.state",
            "address.country",
            "newborn.mother_id",
            "newborn.birth_order",
            "identifiers.patient_id",
            "identifiers.aadhaar",
            "identifiers.aadhaar_verified",
            "known_distinct[].id",
            "known_distinct[].reason",
            "visit_history[].visit_id",
            "visit_history[].version",
            "visit_history[].type",
            "visit_history[].branch_id",
            "visit_history[].date",
            "visit_history[].admitted_at",
            "visit_history[].discharged_at",
            "visit_history[].provider.id",
            "visit_history[].provider.name",
            "visit_history[].status");

    private static final String VISITS = "visit_history";

    /** What changed from one state of a patient to the next, in the order of the fields' names. */
    static List<FieldChange> between(@Nullable PatientProfile before, @Nullable PatientProfile after, JsonMapper json) {
        Map<String, JsonNode> old = fields(before, after, json);
        Map<String, JsonNode> now = fields(after, before, json);
        Set<String> all = new TreeSet<>(old.keySet());
        all.addAll(now.keySet());
        List<FieldChange> changes = new ArrayList<>();
        for (String field : all) {
            JsonNode was = old.get(field);
            JsonNode is = now.get(field);
            if (was == null || !was.equals(is)) {
                changes.add(new FieldChange(field, masked(field, was, json), masked(field, is, json)));
            }
        }
        return changes;
    }

    /** Every field that has a value; of the visits those that are not the same in the other state. */
    private static Map<String, JsonNode> fields(
            @Nullable PatientProfile profile, @Nullable PatientProfile other, JsonMapper json) {
        Map<String, JsonNode> fields = new TreeMap<>();
        if (profile != null) {
            ObjectNode tree = json.valueToTree(profile.withRecentVisits());
            tree.remove(DERIVED);
            tree.remove(VISITS);
            collect("", tree, fields);
            Set<Visit> same = other == null ? Set.of() : new HashSet<>(other.visitHistory());
            profile.visitHistory().stream()
                    .filter(visit -> !same.contains(visit))
                    .forEach(visit -> collect(VISITS + "[" + visit.visitId() + "]", json.valueToTree(visit), fields));
        }
        return fields;
    }

    private static void collect(String path, JsonNode node, Map<String, JsonNode> fields) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), fields));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(path + "[" + i + "]", node.get(i), fields);
            }
        } else if (!node.isNull()) {
            fields.put(path, node);
        }
    }

    private static @Nullable JsonNode masked(String field, @Nullable JsonNode value, JsonMapper json) {
        return value == null || SHOWN.contains(field.replaceAll("\\[[^]]*]", "[]"))
                ? value
                : json.getNodeFactory().stringNode(mask(field, value.asString()));
    }

    /** Enough to recognise what one knows already: a year of birth, the last digits of a number, a first letter. */
    private static String mask(String field, String value) {
        int length = value.codePointCount(0, value.length());
        if (field.equals("date_of_birth")) {
            return value.substring(0, 4) + value.substring(4).replaceAll("\\d", "*");
        }
        if (Stream.of("phone", "identifiers.abha_id").anyMatch(field::equals) && length > 8) {
            return "*".repeat(length - 4) + value.substring(value.length() - 4);
        }
        if (Stream.of("first_name", "last_name", "email").anyMatch(field::equals)) {
            return value.substring(0, value.offsetByCodePoints(0, 1)) + "***";
        }
        return "***";
    }
}
