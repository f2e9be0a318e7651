package org.patientsapi.query;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.GetResponse;
import co.elastic.clients.elasticsearch.core.MgetResponse;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.search.Hit;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.api.Visit;
import org.patientsapi.query.search.SearchQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one class that knows Elasticsearch. It needs nothing but the engine's core: all folding of names was done before.
 *
 * <p>Every method throws {@link StoreUnavailable} when the engine does not answer.
 */
class PatientIndex {

    /** How deep {@code page} can jump; a cursor goes on from there ({@code index.max_result_window}). */
    static final int WINDOW = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(PatientIndex.class);
    private static final List<String> SUMMARY =
            Stream.of(PatientSummary.FIELDS).map(field -> "profile." + field).toList();
    private static final String PATIENTS = "patients";
    private static final String VISITS = "visits";
    private static final int CONFLICT = 409;
    private static final String ALREADY_THERE = "resource_already_exists_exception";

    private final ElasticsearchClient client;
    private volatile boolean present;

    PatientIndex(ElasticsearchClient client) {
        this.client = client;
    }

    /**
     * Whom to list, and in which order: newest registration first, or by relevance where something is searched for.
     *
     * @param branches those that the caller may see; {@code null} for all
     */
    record Criteria(
            @Nullable SearchQuery search,
            @Nullable String branchId,
            @Nullable Set<String> branches,
            @Nullable Instant registeredFrom) {}

    /** A place in an order that does not shift while others are added: a sort value, and the id of what is there. */
    record Position(double value, String id) {}

    /**
     * @param total how many there are on all pages
     * @param last the place of the page's last entry; {@code null} when no page follows
     */
    record Page<T>(List<T> entries, long total, @Nullable Position last) {}

    /** A patient's document as lists read it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Listed(PatientSummary profile) {}

    /** Makes the indices where there are none; once they are known to be there, they are not asked for again. */
    synchronized void createIfAbsent() {
        if (!present) {
            createIfAbsent(PATIENTS);
            createIfAbsent(VISITS);
            present = true;
        }
    }

    private void createIfAbsent(String alias) {
        if (answer(() -> client.indices().existsAlias(exists -> exists.name(alias)))
                .value()) {
            return;
        }
        answer(() -> {
            try (InputStream definition = PatientIndex.class.getResourceAsStream(alias + "-index.json")) {
                return client.indices()
                        .create(index ->
                                index.index(alias + "-1").withJson(definition).aliases(alias, name -> name));
            } catch (ElasticsearchException e) {
                if (ALREADY_THERE.equals(e.error().type())) {
                    // Another node was quicker.
                    return alias;
                }
                throw e;
            }
        });
    }

    /** Not a search: sees what was written a moment ago. */
    Optional<PatientProfile> find(String id) {
        GetResponse<PatientDocument> found =
                answer(() -> client.get(get -> get.index(PATIENTS).id(id), PatientDocument.class));
        return Optional.ofNullable(found.source()).map(PatientDocument::profile);
    }

    Map<String, PatientProfile> find(Collection<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        MgetResponse<PatientDocument> found =
                answer(() -> client.mget(get -> get.index(PATIENTS).ids(List.copyOf(ids)), PatientDocument.class));
        Map<String, PatientProfile> profiles = new HashMap<>();
        found.docs().forEach(item -> {
            if (item.isFailure()) {
                throw away();
            }
            PatientDocument document = item.result().source();
            if (document != null) {
                profiles.put(document.id(), document.profile());
            }
        });
        return profiles;
    }

    /** Replaces whole documents. One that the index has in the same or a later version stays, which is no failure. */
    void write(Collection<PatientDocument> patients, Collection<VisitDocument> visits) {
        BulkRequest.Builder bulk = new BulkRequest.Builder();
        patients.forEach(patient -> bulk.operations(write(PATIENTS, patient.id(), patient.version(), patient)));
        visits.forEach(visit -> bulk.operations(write(VISITS, visit.visitId(), visit.version(), visit)));
        if (patients.isEmpty() && visits.isEmpty()) {
            return;
        }
        BulkResponse response = answer(() -> client.bulk(bulk.build()));
        for (BulkResponseItem item : response.items()) {
            if (item.error() != null && item.status() != CONFLICT) {
                LOG.warn(
                        "The search engine refused a document: {}", item.error().type());
                throw away();
            }
        }
    }

    private static BulkOperation write(String index, String id, long version, Object document) {
        return BulkOperation.of(operation -> operation.index(write -> write.index(index)
                .id(id)
                .version(version)
                .versionType(VersionType.External)
                .document(document)));
    }

    /**
     * One page of patients.
     *
     * @param from how many to leave out; with {@code size} at most {@link #WINDOW}
     * @param after the place to go on from, at any depth; then nothing is left out
     */
    Page<PatientSummary> list(Criteria criteria, int from, int size, @Nullable Position after) {
        SearchRequest.Builder request = new SearchRequest.Builder()
                .index(PATIENTS)
                .query(QueryTranslation.of(criteria))
                .sort(order(criteria))
                .source(source -> source.filter(filter -> filter.includes(SUMMARY)));
        return page(request, Listed.class, Listed::profile, criteria.search() != null, from, size, after);
    }

    /** One page of a patient's visits, newest first; the parameters are as for patients. */
    Page<Visit> listVisits(String patientId, int from, int size, @Nullable Position after) {
        SearchRequest.Builder request = new SearchRequest.Builder()
                .index(VISITS)
                .query(QueryTranslation.visitsOf(patientId))
                .sort(by("day", SortOrder.Desc), by("visit_id", SortOrder.Desc));
        return page(request, VisitDocument.class, VisitDocument::visit, false, from, size, after);
    }

    private <D, T> Page<T> page(
            SearchRequest.Builder request,
            Class<D> type,
            Function<D, T> entry,
            boolean byScore,
            int from,
            int size,
            @Nullable Position after) {
        // One more than asked for, to know whether a page follows.
        request.size(size + 1).trackTotalHits(total -> total.enabled(true));
        if (after == null) {
            request.from(from);
        } else {
            FieldValue value = byScore ? FieldValue.of(after.value()) : FieldValue.of((long) after.value());
            request.searchAfter(List.of(value, FieldValue.of(after.id())));
        }
        SearchRequest built = request.build();
        SearchResponse<D> response = answer(() -> client.search(built, type));
        if (response.timedOut() || response.shards().failed().intValue() > 0) {
            throw away();
        }
        List<Hit<D>> hits = response.hits().hits();
        boolean more = hits.size() > size;
        List<Hit<D>> shown = more ? hits.subList(0, size) : hits;
        return new Page<>(
                shown.stream().map(hit -> entry.apply(requested(hit.source()))).toList(),
                requested(response.hits().total()).value(),
                more ? position(shown.getLast()) : null);
    }

    private static List<SortOptions> order(Criteria criteria) {
        return criteria.search() == null
                ? List.of(by("registered_at", SortOrder.Desc), by("id", SortOrder.Desc))
                : List.of(SortOptions.of(sort -> sort.score(score -> score)), by("id", SortOrder.Asc));
    }

    /** What the request asked to be in the response. */
    private static <T> T requested(@Nullable T part) {
        return Objects.requireNonNull(part, "the search engine sends what was asked for");
    }

    private static SortOptions by(String field, SortOrder order) {
        return SortOptions.of(sort -> sort.field(by -> by.field(field).order(order)));
    }

    private static Position position(Hit<?> hit) {
        FieldValue value = hit.sort().getFirst();
        return new Position(
                value.isLong() ? value.longValue() : value.doubleValue(),
                hit.sort().getLast().stringValue());
    }

    private static <T> T answer(Call<T> call) {
        try {
            return call.send();
        } catch (IOException | ElasticsearchException e) {
            LOG.warn("The search engine did not answer: {}", e.toString());
            throw away();
        }
    }

    private static StoreUnavailable away() {
        return new StoreUnavailable("search engine");
    }

    private interface Call<T> {
        T send() throws IOException;
    }
}
