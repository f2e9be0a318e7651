package org.patientsapi.benchmarks.search;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.language.DoubleMetaphone;
import org.apache.commons.codec.language.Soundex;
import org.jspecify.annotations.Nullable;
import org.patientsapi.benchmarks.Json;
import org.patientsapi.sample.IndianRegister.Patient;
import tools.jackson.databind.JsonNode;

/**
 * The same people in an index as one would make without the product: all that is searched in one text field, asked by
 * {@code match}, as it stands or by the codes of a phonetic algorithm, in the same search engine.
 */
final class Baselines {

    private static final String INDEX = "baseline";
    private static final int BULK = 5000;
    private static final Soundex SOUNDEX = new Soundex();
    private static final DoubleMetaphone DOUBLE_METAPHONE = new DoubleMetaphone();

    /** Way of asking. */
    enum Way {
        ANY_WORD("`match`, any word", "text", "or", text -> text),
        ALL_WORDS("`match`, all words", "text", "and", text -> text),
        SOUNDEX_ANY("Soundex, any word", "soundex", "or", Baselines::soundex),
        SOUNDEX_ALL("Soundex, all words", "soundex", "and", Baselines::soundex),
        METAPHONE_ANY("Double Metaphone, any word", "metaphone", "or", Baselines::metaphone),
        METAPHONE_ALL("Double Metaphone, all words", "metaphone", "and", Baselines::metaphone);

        final String title;
        private final String field;
        private final String operator;
        private final UnaryOperator<String> coded;

        Way(String title, String field, String operator, UnaryOperator<String> coded) {
            this.title = title;
            this.field = field;
            this.operator = operator;
            this.coded = coded;
        }
    }

    private final URI engine;
    private final List<Patient> people;

    /** @param found the first of them; total: how many there are */
    record Answer(List<Patient> found, long total) {}

    /** Makes the index anew. */
    Baselines(URI engine, List<Patient> people) {
        this.engine = engine;
        this.people = people;
        if (exists()) {
            send("DELETE", "/" + INDEX, null);
        }
        Map<String, Object> codes = Map.of("type", "text", "analyzer", "whitespace");
        send(
                "PUT",
                "/" + INDEX,
                Map.of(
                        "settings",
                        Map.of("index.number_of_replicas", 0),
                        "mappings",
                        Map.of(
                                "properties",
                                Map.of(
                                        "text", Map.of("type", "text"),
                                        "soundex", codes,
                                        "metaphone", codes,
                                        "place", Map.of("type", "integer", "index", false),
                                        "summary", Map.of("type", "object", "enabled", false)))));
        for (int from = 0; from < people.size(); from += BULK) {
            StringBuilder bulk = new StringBuilder();
            for (int i = from; i < Math.min(people.size(), from + BULK); i++) {
                bulk.append("{\"index\":{}}\n")
                        .append(Json.MAPPER.writeValueAsString(document(i)))
                        .append('\n');
            }
            if (Json.MAPPER
                    .readTree(send("POST", "/" + INDEX + "/_bulk", bulk.toString()))
                    .get("errors")
                    .asBoolean()) {
                throw new IllegalStateException("not all documents were taken");
            }
        }
        send("POST", "/" + INDEX + "/_refresh", null);
    }

    private boolean exists() {
        return Json.MAPPER
                .readTree(send("GET", "/_cluster/state/metadata?filter_path=metadata.indices.*.state", null))
                .at("/metadata/indices/" + INDEX)
                .isObject();
    }

    private Map<String, Object> document(int place) {
        Patient patient = people.get(place);
        String text = Stream.of(
                        patient.name(),
                        patient.phone(),
                        patient.patientNumber(),
                        patient.abhaNumber(),
                        patient.abhaAddress())
                .filter(part -> part != null)
                .collect(Collectors.joining(" "));
        return Map.of(
                "place",
                place,
                "text",
                text,
                "soundex",
                soundex(text),
                "metaphone",
                metaphone(text),
                "summary",
                Map.of(
                        "id", patient.patientNumber(),
                        "name", patient.name(),
                        "phone", patient.phone(),
                        "date_of_birth", "1980-01-01",
                        "gender", "unknown",
                        "patient_id", patient.patientNumber()));
    }

    Answer ask(Way way, String text, int first) {
        JsonNode answer = Json.MAPPER.readTree(send(
                "POST",
                "/" + INDEX + "/_search",
                Map.of(
                        "query",
                        query(way, text, "AUTO"),
                        "size",
                        first,
                        "track_total_hits",
                        true,
                        "_source",
                        List.of("place"))));
        return new Answer(
                answer.at("/hits/hits")
                        .valueStream()
                        .map(hit -> people.get(hit.at("/_source/place").asInt()))
                        .toList(),
                answer.at("/hits/total/value").asLong());
    }

    /** One {@code match} on one field with the engine's defaults, as a person would send it. */
    String plainMatch(String text, int first) {
        return send(
                "POST",
                "/" + INDEX + "/_search",
                Map.of(
                        "query", query(Way.ANY_WORD, text, null),
                        "size", first,
                        "_source", List.of("summary")));
    }

    private static Map<String, Object> query(Way way, String text, @Nullable String fuzziness) {
        Map<String, Object> match = fuzziness == null || !way.field.equals("text")
                ? Map.of("query", way.coded.apply(text), "operator", way.operator)
                : Map.of("query", way.coded.apply(text), "operator", way.operator, "fuzziness", fuzziness);
        return Map.of("match", Map.of(way.field, match));
    }

    private String send(String method, String path, @Nullable Object body) {
        return Json.send(method, Json.request(URI.create(engine + path)), body).body();
    }

    private static String soundex(String text) {
        return coded(text, SOUNDEX::encode);
    }

    private static String metaphone(String text) {
        return coded(text, DOUBLE_METAPHONE::encode);
    }

    /** The code of each Latin word; what has none, such as a number or another script's word, stays as it is. */
    private static String coded(String text, UnaryOperator<String> encode) {
        List<String> codes = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}\\p{N}]+", -1)) {
            if (word.matches("[a-z]+")) {
                String code = encode.apply(word);
                codes.add(code == null || code.isEmpty() ? word : code);
            } else if (!word.isEmpty()) {
                codes.add(word);
            }
        }
        return String.join(" ", codes);
    }
}
