package org.patientsapi.query;

import static org.patientsapi.query.EngineCalls.answer;
import static org.patientsapi.query.PatientIndex.NEXT;
import static org.patientsapi.query.PatientIndex.PATIENTS;
import static org.patientsapi.query.PatientIndex.VISITS;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch.indices.IndexState;
import co.elastic.clients.elasticsearch.indices.update_aliases.Action;
import co.elastic.clients.json.JsonData;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.patientsapi.query.search.NameEngine;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The physical indices behind the names that everybody uses. A generation is a pair, {@code patients-N} and
 * {@code visits-N}; the aliases {@code patients} and {@code visits} lead to the live one, {@code patients-next} and
 * {@code visits-next} to one that is being built. What made a generation stands in its {@code _meta}: {@code mapping}, a
 * hash of the definition, and {@code name_engine}, the version of the rules by which names became tokens.
 *
 * <p>Every method throws {@link org.patientsapi.api.Refusal.StoreUnavailable} when the engine does not answer.
 */
class IndexGenerations {

    private static final List<String> NAMES = List.of(PATIENTS, VISITS);
    private static final String ALREADY_THERE = "resource_already_exists_exception";

    private final ElasticsearchClient client;
    private final int replicas;

    /** @param replicas of the indices that are made from now on */
    IndexGenerations(ElasticsearchClient client, int replicas) {
        this.client = client;
        this.replicas = replicas;
    }

    /** The number of the live generation; empty where there is none, and so nothing to read from. */
    OptionalInt live() {
        return indices(PATIENTS).entrySet().stream()
                .filter(index -> index.getValue().aliases().containsKey(PATIENTS))
                .mapToInt(Map.Entry::getKey)
                .max();
    }

    /** Whether both indices of the generation are there, and as this version of the product would make them. */
    boolean isCurrent(int generation) {
        return NAMES.stream().allMatch(name -> {
            IndexState state = indices(name).get(generation);
            return state != null
                    && state.mappings() != null
                    && isCurrent(name, state.mappings().meta());
        });
    }

    private static boolean isCurrent(String name, Map<String, JsonData> meta) {
        JsonData mapping = meta.get("mapping");
        JsonData engine = meta.get("name_engine");
        return mapping != null
                && mapping.to(String.class).equals(ContentHash.of(definition(name)))
                && engine != null
                && engine.to(Integer.class) == NameEngine.VERSION;
    }

    /** Makes a first generation that is live at once; several nodes may try. */
    void createFirst() {
        // The patients last: where they are, both are, and nobody takes the generation for an incomplete one.
        NAMES.reversed().forEach(name -> create(name, 1, name));
    }

    /**
     * Makes a generation with a number that no other has, to be written to behind its {@code -next} aliases.
     *
     * @param given up, which a node that was paused meanwhile may still try to publish; 0 where none was
     */
    int createNext(int given) {
        int number = 1 + Math.max(given, Math.max(highest(PATIENTS), highest(VISITS)));
        NAMES.forEach(name -> create(name, number, name + NEXT));
        return number;
    }

    private int highest(String name) {
        return indices(name).keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private void create(String name, int number, String alias) {
        byte[] definition = definition(name);
        ObjectNode index = (ObjectNode) JsonMapper.shared().readTree(definition);
        ((ObjectNode) index.get("mappings"))
                .putObject("_meta")
                .put("mapping", ContentHash.of(definition))
                .put("name_engine", NameEngine.VERSION);
        ((ObjectNode) index.get("settings")).put("index.number_of_replicas", replicas);
        index.putObject("aliases").putObject(alias);
        if (alias.endsWith(NEXT)) {
            // Nobody searches it yet.
            ((ObjectNode) index.get("settings")).put("index.refresh_interval", "-1");
        }
        answer(() -> {
            try {
                return client.indices()
                        .create(create ->
                                create.index(name + "-" + number).withJson(new StringReader(index.toString())));
            } catch (ElasticsearchException e) {
                if (ALREADY_THERE.equals(e.error().type())) {
                    return number;
                }
                throw e;
            }
        });
    }

    /** Makes the generation searchable, and then the one that everybody reads: at one moment, for both of its indices. */
    void publish(int generation) {
        List<Action> moves = new ArrayList<>();
        for (String name : NAMES) {
            String index = name + "-" + generation;
            String refreshInterval = JsonMapper.shared()
                    .readTree(definition(name))
                    .get("settings")
                    .get("index.refresh_interval")
                    .stringValue();
            answer(() -> client.indices()
                    .putSettings(put -> put.index(index)
                            .settings(settings -> settings.refreshInterval(time -> time.time(refreshInterval)))));
            answer(() -> client.indices().refresh(refresh -> refresh.index(index)));
            indices(name).forEach((number, state) -> {
                if (number != generation && state.aliases().containsKey(name)) {
                    moves.add(Action.of(action -> action.remove(
                            remove -> remove.index(name + "-" + number).alias(name))));
                }
            });
            moves.add(Action.of(action -> action.add(add -> add.index(index).alias(name))));
        }
        answer(() -> client.indices().updateAliases(update -> update.actions(moves)));
    }

    /** Deletes every generation but this one, and lets no {@code -next} alias lead to it. */
    void dropAllBut(int generation) {
        for (String name : NAMES) {
            indices(name).forEach((number, state) -> {
                String index = name + "-" + number;
                if (number != generation) {
                    answer(() -> client.indices().delete(delete -> delete.index(index)));
                } else if (state.aliases().containsKey(name + NEXT)) {
                    answer(() -> client.indices()
                            .deleteAlias(alias -> alias.index(index).name(name + NEXT)));
                }
            });
        }
    }

    /** Whether there is any beside the live one: being built, or not dropped yet. */
    boolean areSeveral() {
        return NAMES.stream().anyMatch(name -> indices(name).size() > 1);
    }

    /** By number. */
    private Map<Integer, IndexState> indices(String name) {
        Map<Integer, IndexState> generations = new TreeMap<>();
        answer(() -> client.indices().get(get -> get.index(name + "-*")))
                .indices()
                .forEach((index, state) -> {
                    String number = index.substring(name.length() + 1);
                    if (number.matches("\\d{1,9}")) {
                        generations.put(Integer.valueOf(number), state);
                    }
                });
        return generations;
    }

    private static byte[] definition(String name) {
        try (InputStream definition = IndexGenerations.class.getResourceAsStream(name + "-index.json")) {
            return definition.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
