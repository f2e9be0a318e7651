package org.patientsapi.query;

import static org.patientsapi.query.EngineCalls.answer;
import static org.patientsapi.query.EngineCalls.away;
import static org.patientsapi.query.EngineCalls.requested;
import static org.patientsapi.query.PatientIndex.PATIENTS;
import static org.patientsapi.query.PatientIndex.WINDOW;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.MgetResponse;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.get.GetResult;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.json.JsonData;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the live index really holds, for the check of it against the events. */
class IndexInspection {

    private final ElasticsearchClient client;
    private final JsonMapper json;

    /** @param json as {@link PatientIndex} writes with */
    IndexInspection(ElasticsearchClient client, JsonMapper json) {
        this.client = client;
        this.json = json;
    }

    /** What the index holds under an id: the version, and the hash that was written with the content, if any. */
    record Held(long version, @Nullable String contentHash) {}

    /** What is {@link #held} of a document that is as it should be. */
    Held asHeld(PatientDocument document) {
        return new Held(document.version(), ContentHash.of(json.writeValueAsBytes(document)));
    }

    /**
     * What the live index holds under these ids, as of this moment. Of the contents only the hash is read: a document that
     * was changed by anybody else than {@link PatientIndex} has lost it.
     */
    Map<String, Held> held(Collection<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        MgetResponse<Void> found = answer(() -> client.mget(
                get -> get.index(PATIENTS)
                        .ids(List.copyOf(ids))
                        .source(source -> source.fetch(false))
                        .storedFields("content_hash"),
                Void.class));
        Map<String, Held> held = new HashMap<>();
        found.docs().forEach(item -> {
            if (item.isFailure()) {
                throw away();
            }
            GetResult<Void> document = item.result();
            if (document.found()) {
                JsonData hash = document.fields().get("content_hash");
                held.put(
                        document.id(),
                        new Held(
                                requested(document.version()),
                                hash == null
                                        ? null
                                        : hash.toJson().asJsonArray().getString(0)));
            }
        });
        return held;
    }

    /**
     * The ids of the searchable documents of all patients whose ids lie in a range, each with its patient's id, or whatever
     * stands in its place: others write documents under ids of their own.
     *
     * @param after {@code null} for the first on
     * @param through {@code null} for the last
     */
    Map<String, String> idsWithin(@Nullable String after, @Nullable String through) {
        Query within = Query.of(query -> query.range(range -> range.untyped(ids -> ids.field("id")
                .gt(after == null ? null : JsonData.of(after))
                .lte(through == null ? null : JsonData.of(through)))));
        Map<String, String> found = new HashMap<>();
        List<FieldValue> last = List.of();
        while (true) {
            SearchRequest.Builder search = new SearchRequest.Builder()
                    .index(PATIENTS)
                    .query(within)
                    .source(source -> source.filter(filter -> filter.includes("id")))
                    .sort(sort -> sort.field(by -> by.field("id").order(SortOrder.Asc)))
                    .size(WINDOW);
            if (!last.isEmpty()) {
                search.searchAfter(last);
            }
            SearchRequest built = search.build();
            List<Hit<ObjectNode>> hits =
                    answer(() -> client.search(built, ObjectNode.class)).hits().hits();
            hits.forEach(hit -> found.put(
                    requested(hit.id()), requested(hit.source()).get("id").asString("")));
            if (hits.size() < WINDOW) {
                return found;
            }
            last = hits.getLast().sort();
        }
    }

    /** Removes documents that nobody should have written, whatever their version. */
    void delete(Collection<String> ids) {
        if (ids.isEmpty()) {
            return;
        }
        BulkRequest.Builder bulk = new BulkRequest.Builder();
        ids.forEach(id -> bulk.operations(
                operation -> operation.delete(delete -> delete.index(PATIENTS).id(id))));
        answer(() -> client.bulk(bulk.build())).items().forEach(item -> {
            if (item.error() != null) {
                throw away();
            }
        });
    }
}
