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
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.StoreUnavailable;
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
    private static final String ALIAS = "patients";
    private static final String DEFINITION = "patients-index.json";
    private static final int CONFLICT = 409;

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

    /** The place of a patient in an order that does not shift while others register: its sort value and its id. */
    record Position(double value, String id) {}

    /**
     * @param total how many there are on all pages
     * @param last the place of the page's last patient; {@code null} when no page follows
     */
    record Page(List<PatientSummary> patients, long total, @Nullable Position last) {}

    /** A document as lists read it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Listed(PatientSummary profile) {}

    /** Makes the index where there is none; once it is known to be there, it is not asked for again. */
    void createIfAbsent() {
        if (present) {
            return;
        }
        if (!answer(() -> client.indices().existsAlias(alias -> alias.name(ALIAS))).value()) {
            answer(() -> {
                try (InputStream definition = PatientIndex.class.getResourceAsStream(DEFINITION)) {
                    return client.indices()
                            .create(index -> index.index(ALIAS + "-1")
                                    .withJson(definition)
                                    .aliases(ALIAS, alias -> alias));
                }
            });
        }
        present = true;
    }

    /** Not a search: sees what was written a moment ago. */
    Optional<PatientProfile> find(String id) {
        GetResponse<PatientDocument> found =
                answer(() -> client.get(get -> get.index(ALIAS).id(id), PatientDocument.class));
        return Optional.ofNullable(found.source()).map(PatientDocument::profile);
    }

    Map<String, PatientProfile> find(Collection<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        MgetResponse<PatientDocument> found =
                answer(() -> client.mget(get -> get.index(ALIAS).ids(List.copyOf(ids)), PatientDocument.class));
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
    void write(Collection<PatientDocument> documents) {
        BulkRequest.Builder bulk = new BulkRequest.Builder().index(ALIAS);
        documents.forEach(document -> bulk.operations(operation -> operation.index(index -> index.id(document.id())
                .version(document.version())
                .versionType(VersionType.External)
                .document(document))));
        BulkResponse response = answer(() -> client.bulk(bulk.build()));
        if (response.errors()) {
            for (BulkResponseItem item : response.items()) {
                if (item.error() != null && item.status() != CONFLICT) {
                    throw away();
                }
            }
        }
    }

    /** The first patients after a number of others; {@code from + size} may not exceed {@link #WINDOW}. */
    Page list(Criteria criteria, int from, int size) {
        return list(criteria, size, request -> request.from(from));
    }

    /** The first patients after a place in the order, at any depth. */
    Page listAfter(Criteria criteria, Position place, int size) {
        FieldValue value =
                criteria.search() == null ? FieldValue.of((long) place.value()) : FieldValue.of(place.value());
        return list(criteria, size, request -> request.searchAfter(List.of(value, FieldValue.of(place.id()))));
    }

    private Page list(Criteria criteria, int size, UnaryOperator<SearchRequest.Builder> start) {
        SearchRequest request = start.apply(new SearchRequest.Builder()
                        .index(ALIAS)
                        .query(QueryTranslation.of(criteria))
                        .sort(order(criteria))
                        .size(size + 1)
                        .trackTotalHits(total -> total.enabled(true))
                        .source(source -> source.filter(filter -> filter.includes(SUMMARY))))
                .build();
        SearchResponse<Listed> response = answer(() -> client.search(request, Listed.class));
        if (response.timedOut() || response.shards().failed().intValue() > 0) {
            throw away();
        }
        List<Hit<Listed>> hits = response.hits().hits();
        boolean more = hits.size() > size;
        List<Hit<Listed>> shown = more ? hits.subList(0, size) : hits;
        return new Page(
                shown.stream()
                        .map(hit -> requested(hit.source()).profile())
                        .toList(),
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
