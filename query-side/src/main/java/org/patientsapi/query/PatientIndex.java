package org.patientsapi.query;

import static org.patientsapi.query.EngineCalls.answer;
import static org.patientsapi.query.EngineCalls.away;
import static org.patientsapi.query.EngineCalls.within;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.CountResponse;
import co.elastic.clients.elasticsearch.core.GetResponse;
import co.elastic.clients.elasticsearch.core.MgetResponse;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.elasticsearch.core.search.TotalHits;
import co.elastic.clients.json.JsonData;
import co.elastic.clients.util.BinaryData;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.query.search.Clause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The patients in the search engine, as they are written, read and listed. It needs nothing but the engine's core: all
 * folding of names was done before.
 *
 * <p>Every method throws {@link StoreUnavailable} when the engine does not answer.
 */
class PatientIndex {

    /** How deep {@code page} can jump; a cursor goes on from there ({@code index.max_result_window}). */
    static final int WINDOW = 10_000;

    /** For all requests of a search or list, so that an engine that hangs is a 503 within two seconds. */
    private static final Duration SEARCH_PATIENCE = Duration.ofMillis(1400);

    /** For one document, in all; who asks has the events to go by instead. */
    private static final Duration READ_PATIENCE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(PatientIndex.class);

    /** The alias of the generation that everybody reads. */
    static final String PATIENTS = "patients";

    /** That of one that is being built. */
    static final String PATIENTS_NEXT = "patients-next";

    /** What lists read: a column of its own, for which no document is unpacked, however long a history it holds. */
    private static final String LISTED = "listed";

    /** The engine's word for it; with any, or by default, it would unpack each document. */
    private static final String NO_FIELDS = "_none_";

    /** The engine takes no request above 100 MB, and at one time no more than a tenth of its memory. */
    private static final long BULK_BYTES = 8L << 20;

    /** Patients of 370 KB, which is the most, then stay below the 100 MB that the client takes of an answer. */
    private static final int READ_AT_A_TIME = 200;

    private static final int UNACCEPTABLE = 400;
    private static final int NO_ALIAS = 404;
    private static final int CONFLICT = 409;

    private final ElasticsearchClient client;
    private final JsonMapper json;

    /** How many patients there are, as stale as the index itself between two refreshes. All who wait, wait for one answer. */
    private final AsyncLoadingCache<String, Long> counted = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofMillis(250))
            .buildAsync((name, executor) -> countNow(name));

    /** Of what somebody waits for: nobody does when the time is over, whatever it waits for, and on however many nodes. */
    private final ElasticsearchAsyncClient awaited;

    /**
     * @param awaited for what somebody waits for; it gives up by itself soon after them
     * @param json as the clients' own
     */
    PatientIndex(ElasticsearchClient client, ElasticsearchAsyncClient awaited, JsonMapper json) {
        this.client = client;
        this.awaited = awaited;
        this.json = json;
    }

    /** Which generations a document is written to. */
    enum Into {
        LIVE(PATIENTS),
        NEXT(PATIENTS_NEXT),
        LIVE_AND_NEXT(PATIENTS, PATIENTS_NEXT);

        private final List<String> aliases;

        Into(String... aliases) {
            this.aliases = List.of(aliases);
        }
    }

    /**
     * Whom to list, and in which order: newest registration first, or by relevance where something is searched for.
     *
     * @param mark by {@link ListMarks}, which tells this list from others
     * @param branches those that the caller may see; {@code null} for all
     */
    record Criteria(
            String mark,
            @Nullable Clause search,
            @Nullable String branchId,
            @Nullable Set<String> branches,
            @Nullable Instant registeredFrom) {

        boolean isOfEverybody() {
            return search == null && branchId == null && branches == null && registeredFrom == null;
        }

        Criteria withSearch(Clause other) {
            return new Criteria(mark, other, branchId, branches, registeredFrom);
        }

        /**
         * Names the copies of the shards to read, the same for the same question on every node: each copy shows new patients
         * at a moment of its own, and pages from different ones would skip some and repeat others. By the keyed hash, since it
         * stands in the request's address, which gets logged.
         */
        private String copies() {
            // The engine keeps names that begin with an underscore for itself.
            return "list-" + mark;
        }
    }

    /**
     * A patient's document as one is read.
     *
     * @param profile {@code null} in a tombstone
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Stored(@Nullable PatientProfile profile) {}

    private record Found(ListedPatient patient, Position place) {}

    /** Not a search: sees what was written a moment ago. */
    Optional<PatientProfile> find(String id) {
        GetResponse<Stored> found = within(
                Deadline.in(READ_PATIENCE),
                awaited.get(get -> get.index(PATIENTS).id(id), Stored.class));
        return Optional.ofNullable(found.source()).map(Stored::profile);
    }

    /** The profiles that can be read; a document that somebody has broken is as good as none. */
    Map<String, PatientProfile> find(Collection<String> ids) {
        Map<String, PatientProfile> profiles = new HashMap<>();
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += READ_AT_A_TIME) {
            List<String> some = all.subList(from, Math.min(from + READ_AT_A_TIME, all.size()));
            MgetResponse<ObjectNode> found =
                    answer(() -> client.mget(get -> get.index(PATIENTS).ids(some), ObjectNode.class));
            found.docs().forEach(item -> {
                if (item.isFailure()) {
                    throw away();
                }
                ObjectNode document = item.result().source();
                if (document != null) {
                    read(document)
                            .ifPresent(profile -> profiles.put(item.result().id(), profile));
                }
            });
        }
        return profiles;
    }

    private Optional<PatientProfile> read(ObjectNode document) {
        try {
            return Optional.of(json.treeToValue(document, PatientDocument.class).profile());
        } catch (JacksonException | NullPointerException broken) {
            return Optional.empty();
        }
    }

    /**
     * Replaces whole documents. One that the index has in the same or a later version stays, which is no failure. What the
     * live generation cannot hold, because it was made by another version of the product, need only be in the next one.
     *
     * @return whose documents the engine will never take as they are
     */
    Set<String> write(Collection<PatientDocument> patients, Into into) {
        return write(patients, into, VersionType.External);
    }

    /** As {@link #write}, but a document of the same version is replaced too. */
    Set<String> rewrite(Collection<PatientDocument> patients, Into into) {
        return write(patients, into, VersionType.ExternalGte);
    }

    private Set<String> write(Collection<PatientDocument> patients, Into into, VersionType versionType) {
        Bulks bulks = new Bulks(into, versionType);
        for (PatientDocument patient : patients) {
            BinaryData content = content(patient);
            into.aliases.forEach(alias -> bulks.add(new Write(alias, patient.id(), patient.version(), content)));
        }
        bulks.send();
        return bulks.refused;
    }

    private record Write(String alias, String id, long version, BinaryData content) {}

    /** Makes requests of writes, none of which is too large. */
    private class Bulks {
        private final Into into;
        private final VersionType versionType;
        private final List<Write> writes = new ArrayList<>();
        private long bytes;
        private final Set<String> refused = new HashSet<>();

        Bulks(Into into, VersionType versionType) {
            this.into = into;
            this.versionType = versionType;
        }

        void add(Write write) {
            writes.add(write);
            bytes += write.content.size();
            if (bytes > BULK_BYTES) {
                send();
            }
        }

        void send() {
            if (writes.isEmpty()) {
                return;
            }
            BulkRequest.Builder bulk = new BulkRequest.Builder();
            writes.forEach(write -> bulk.operations(operation -> operation.index(index -> index.index(write.alias)
                    // Otherwise an index that somebody has deleted comes back, empty and without its definition.
                    .requireAlias(true)
                    .id(write.id)
                    .version(write.version)
                    .versionType(versionType)
                    .document(write.content))));
            List<BulkResponseItem> items =
                    answer(() -> client.bulk(bulk.build())).items();
            for (int i = 0; i < items.size(); i++) {
                note(writes.get(i), items.get(i).status(), items.get(i).error());
            }
            writes.clear();
            bytes = 0;
        }

        private void note(Write write, int status, @Nullable ErrorCause error) {
            boolean nextHasIt = into == Into.LIVE_AND_NEXT && write.alias.equals(PATIENTS);
            if (error == null || status == CONFLICT || (nextHasIt && (status == UNACCEPTABLE || status == NO_ALIAS))) {
                return;
            }
            LOG.warn("The search engine refused a document: {}", error.type());
            if (status != UNACCEPTABLE) {
                throw away();
            }
            refused.add(write.id);
        }
    }

    /** The document as JSON, and behind its fields what lists read instead of them, and their hash. */
    private BinaryData content(PatientDocument document) {
        byte[] fields = json.writeValueAsBytes(document);
        String listed =
                Base64.getEncoder().encodeToString(json.writeValueAsBytes(ListedPatient.of(document.profile())));
        byte[] rest = ",\"%s\":\"%s\",\"content_hash\":\"%s\"}"
                .formatted(LISTED, listed, ContentHash.of(fields))
                .getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(fields, fields.length - 1 + rest.length);
        System.arraycopy(rest, 0, whole, fields.length - 1, rest.length);
        return BinaryData.of(whole, "application/json");
    }

    /** Whether lists and searches would be answered; no longer waited for than they are. */
    boolean answers() {
        try {
            return within(deadline(), awaited.indices().existsAlias(exists -> exists.name(PATIENTS)))
                    .value();
        } catch (StoreUnavailable away) {
            return false;
        }
    }

    /**
     * One page of patients.
     *
     * @param from how many to leave out; with {@code size} at most {@link #WINDOW}
     * @param after the place to go on from, at any depth; then nothing is left out
     * @param deadline {@link #deadline} of the question that this is a part of
     */
    Page<ListedPatient> list(Criteria criteria, int from, int size, @Nullable Position after, Deadline deadline) {
        // One more than asked for, to know whether a page follows; but not beyond the window.
        SearchRequest.Builder request = request(criteria)
                .size(after == null ? Math.min(size + 1, WINDOW - from) : size + 1)
                .timeout(Math.max(1, deadline.left()) + "ms");
        if (after == null) {
            request.from(from);
        } else {
            request.searchAfter(
                    criteria.search() == null
                            ? List.of(FieldValue.of(ListOrder.of(after)))
                            : List.of(FieldValue.of(after.value()), FieldValue.of(after.id())));
            if (criteria.isOfEverybody()) {
                // Nobody is counted, so those before are left out: else the engine would pass by each of them.
                request.query(QueryTranslation.registeredUntil(ListOrder.millis(after)));
            }
        }
        SearchResponse<Void> response = within(deadline, awaited.search(request.build(), Void.class));
        if (response.timedOut() || response.shards().failed().intValue() > 0) {
            throw away();
        }
        List<Found> found = response.hits().hits().stream()
                .filter(hit -> !isTombstone(hit))
                .map(hit -> new Found(listed(hit), position(hit)))
                .toList();
        TotalHits hits = response.hits().total();
        long total = hits == null
                // Where a cursor's page begins, or one past the end, only its number tells, which is the client's word.
                ? Math.max(
                        within(deadline, counted.get(PATIENTS)),
                        (after == null && !found.isEmpty() ? (long) from : 0) + found.size())
                : hits.value();
        // At the end of the window there is not one more to be seen.
        boolean atEndOfWindow = after == null && from + size == WINDOW && !found.isEmpty();
        boolean more = found.size() > size || (atEndOfWindow && total > WINDOW);
        List<Found> shown = found.size() > size ? found.subList(0, size) : found;
        return new Page<>(
                shown.stream().map(Found::patient).toList(),
                total,
                shown.isEmpty() ? 0 : shown.getFirst().place().value(),
                more ? shown.getLast().place() : null);
    }

    private static boolean isTombstone(Hit<?> hit) {
        return hit.sort().getLast().isNull();
    }

    private ListedPatient listed(Hit<?> hit) {
        JsonData column = hit.fields().get(LISTED);
        if (column != null) {
            try {
                byte[] patient =
                        Base64.getDecoder().decode(column.toJson().asJsonArray().getString(0));
                return json.readValue(patient, ListedPatient.class);
            } catch (JacksonException unreadable) {
                // As good as none; what it says may be the patient's.
            }
        }
        LOG.warn("A patient cannot be listed: the document is of another version of the product, or somebody's own");
        throw away();
    }

    /** Of a question that is asked now. */
    static Deadline deadline() {
        return Deadline.in(SEARCH_PATIENCE);
    }

    static SearchRequest.Builder request(Criteria criteria) {
        return new SearchRequest.Builder()
                .index(PATIENTS)
                .query(QueryTranslation.of(criteria))
                .preference(criteria.copies())
                .sort(order(criteria))
                .source(source -> source.fetch(false))
                .storedFields(NO_FIELDS)
                .docvalueFields(column -> column.field(LISTED))
                // To count everybody the engine would look at everybody, instead of at the newest only.
                .trackTotalHits(total -> total.enabled(!criteria.isOfEverybody()));
    }

    /**
     * Has the engine do what it does for such a list. Its first time takes it seconds on a busy machine: nobody is to wait
     * for that, or be refused for it.
     */
    void warmUp(Criteria criteria) {
        answer(() -> client.search(request(criteria).size(1).build(), Void.class));
    }

    /** All but the tombstones; in two counts, since for that of all the engine need not look at the documents. */
    private CompletableFuture<Long> countNow(String name) {
        CompletableFuture<CountResponse> erased = awaited.count(count -> count.index(name)
                .preference(name)
                .query(query -> query.term(term -> term.field("erased").value(true))));
        return awaited.count(count -> count.index(name).preference(name))
                .thenCombine(erased, (all, none) -> all.count() - none.count());
    }

    /**
     * Equals are ordered about as the index is, newest first: in any other order the engine would look up the id of each of them,
     * and thousands are equally called Kumar.
     */
    private static List<SortOptions> order(Criteria criteria) {
        return criteria.search() == null
                ? List.of(newest("list_order"))
                : List.of(SortOptions.of(sort -> sort.score(score -> score)), newest("id"));
    }

    private static SortOptions newest(String field) {
        return SortOptions.of(sort -> sort.field(by -> by.field(field).order(SortOrder.Desc)));
    }

    private static Position position(Hit<?> hit) {
        String last = hit.sort().getLast().stringValue();
        return hit.sort().size() == 1
                ? ListOrder.place(last)
                : new Position(hit.sort().getFirst().doubleValue(), last);
    }
}
