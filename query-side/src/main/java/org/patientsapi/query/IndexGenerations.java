package org.patientsapi.query;

import static org.patientsapi.query.EngineCalls.answer;
import static org.patientsapi.query.PatientIndex.PATIENTS;
import static org.patientsapi.query.PatientIndex.PATIENTS_NEXT;

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
 * The physical indices behind the names that everybody uses. A generation is an index {@code patients-N}; the alias
 * {@code patients} leads to the live one, {@code patients-next} to one that is being built. What made a generation stands in
 * its {@code _meta}: {@code mapping}, a hash of the definition, and {@code name_engine}, the version of the rules by which
 * names became tokens.
 *
 * <p>Every method throws {@link org.patientsapi.api.Refusal.StoreUnavailable} when the engine does not answer.
 */
class IndexGenerations {

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
        return indices().entrySet().stream()
                .filter(index -> index.getValue().aliases().containsKey(PATIENTS))
                .mapToInt(Map.Entry::getKey)
                .max();
    }

    /** Whether the generation is there, and as this version of the product would make it. */
    boolean isCurrent(int generation) {
        IndexState state = indices().get(generation);
        return state != null
                && state.mappings() != null
                && isCurrent(state.mappings().meta());
    }

    private static boolean isCurrent(Map<String, JsonData> meta) {
        JsonData mapping = meta.get("mapping");
        JsonData engine = meta.get("name_engine");
        return mapping != null
                && mapping.to(String.class).equals(ContentHash.of(definition()))
                && engine != null
                && engine.to(Integer.class) == NameEngine.VERSION;
    }

    /** Makes a first generation that is live at once; several nodes may try. */
    void createFirst() {
        create(1, PATIENTS);
    }

    /**
     * Makes a generation with a number that no other has, to be written to behind {@code patients-next}.
     *
     * @param given up, which a node that was paused meanwhile may still try to publish; 0 where none was
     */
    int createNext(int given) {
        int highest =
                indices().keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        int number = 1 + Math.max(given, highest);
        create(number, PATIENTS_NEXT);
        return number;
    }

    private void create(int number, String alias) {
        byte[] definition = definition();
        ObjectNode index = (ObjectNode) JsonMapper.shared().readTree(definition);
        ((ObjectNode) index.get("mappings"))
                .putObject("_meta")
                .put("mapping", ContentHash.of(definition))
                .put("name_engine", NameEngine.VERSION);
        ((ObjectNode) index.get("settings")).put("index.number_of_replicas", replicas);
        index.putObject("aliases").putObject(alias);
        if (alias.equals(PATIENTS_NEXT)) {
            // Nobody searches it yet.
            ((ObjectNode) index.get("settings")).put("index.refresh_interval", "-1");
        }
        answer(() -> {
            try {
                return client.indices()
                        .create(create -> create.index(physical(number)).withJson(new StringReader(index.toString())));
            } catch (ElasticsearchException e) {
                if (ALREADY_THERE.equals(e.error().type())) {
                    return number;
                }
                throw e;
            }
        });
    }

    /** Makes the generation searchable, and then, at one moment, the one that everybody reads. */
    void publish(int generation) {
        String index = physical(generation);
        String refreshInterval = JsonMapper.shared()
                .readTree(definition())
                .get("settings")
                .get("index.refresh_interval")
                .stringValue();
        answer(() -> client.indices()
                .putSettings(put -> put.index(index)
                        .settings(settings -> settings.refreshInterval(time -> time.time(refreshInterval)))));
        answer(() -> client.indices().refresh(refresh -> refresh.index(index)));
        List<Action> moves = new ArrayList<>();
        indices().forEach((number, state) -> {
            if (number != generation && state.aliases().containsKey(PATIENTS)) {
                moves.add(Action.of(action ->
                        action.remove(remove -> remove.index(physical(number)).alias(PATIENTS))));
            }
        });
        moves.add(Action.of(action -> action.add(add -> add.index(index).alias(PATIENTS))));
        answer(() -> client.indices().updateAliases(update -> update.actions(moves)));
    }

    /** Deletes every generation but this one, and lets no {@code -next} alias lead to it. */
    void dropAllBut(int generation) {
        indices().forEach((number, state) -> {
            if (number != generation) {
                answer(() -> client.indices().delete(delete -> delete.index(physical(number))));
            } else if (state.aliases().containsKey(PATIENTS_NEXT)) {
                answer(() -> client.indices()
                        .deleteAlias(alias -> alias.index(physical(number)).name(PATIENTS_NEXT)));
            }
        });
    }

    /** Whether there is any beside the live one: being built, or not dropped yet. */
    boolean areSeveral() {
        return indices().size() > 1;
    }

    private static String physical(int number) {
        return PATIENTS + "-" + number;
    }

    /** By number. */
    private Map<Integer, IndexState> indices() {
        Map<Integer, IndexState> generations = new TreeMap<>();
        answer(() -> client.indices().get(get -> get.index(PATIENTS + "-*")))
                .indices()
                .forEach((index, state) -> {
                    String number = index.substring(PATIENTS.length() + 1);
                    if (number.matches("\\d{1,9}")) {
                        generations.put(Integer.valueOf(number), state);
                    }
                });
        return generations;
    }

    private static byte[] definition() {
        try (InputStream definition = IndexGenerations.class.getResourceAsStream("patients-index.json")) {
            return definition.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
