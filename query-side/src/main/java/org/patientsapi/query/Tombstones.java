package org.patientsapi.query;

import static org.patientsapi.query.EngineCalls.answer;
import static org.patientsapi.query.EngineCalls.away;
import static org.patientsapi.query.EngineCalls.requested;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.Level;
import co.elastic.clients.elasticsearch._types.ShardsOperationResponseBase;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.elasticsearch.indices.stats.ShardLease;
import co.elastic.clients.elasticsearch.indices.stats.ShardStats;
import co.elastic.clients.elasticsearch.tasks.GetTasksResponse;
import co.elastic.clients.json.JsonData;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What takes the place of an erased patient's documents. Deleted documents would not do: a minute later the engine has
 * forgotten their versions, and a stale node or an old backup could bring them back. A tombstone's version is later than
 * any, so nothing ever replaces it. It has nothing in it, so no filter and no search matches it, and in the list of
 * everybody it comes last.
 *
 * <p>Every method throws {@link StoreUnavailable} when the engine does not answer.
 */
class Tombstones {

    private static final Logger LOG = LoggerFactory.getLogger(Tombstones.class);
    private static final int CONFLICT = 409;
    private static final int VISITS_AT_A_TIME = 1000;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final JsonData DEFAULT = JsonData.fromJson("null");
    private static final String MERGE_ALL = "index.merge.policy.expunge_deletes_allowed";
    private static final String KEEP_REPLACED = "index.soft_deletes.retention_lease.period";

    private final ElasticsearchClient client;

    Tombstones(ElasticsearchClient client) {
        this.client = client;
    }

    /** Whether there is such an index to put tombstones in. */
    boolean isThere(String index) {
        return answer(() -> client.indices().existsAlias(exists -> exists.name(index)))
                .value();
    }

    /** An index made by an older version of the product does not know that there are tombstones. */
    void allowIn(String index) {
        answer(() -> client.indices()
                .putMapping(
                        mapping -> mapping.index(index).properties("erased", field -> field.boolean_(flag -> flag))));
    }

    /**
     * Puts tombstones in the place of patients, whatever is there.
     *
     * @return whether anybody had none yet
     */
    boolean put(String index, Collection<String> patientIds) {
        return put(index, patientIds, Map.of("erased", true));
    }

    /**
     * Puts tombstones in the place of all visits that the index has of these patients.
     *
     * @return whether there were any
     */
    boolean putOnVisits(String index, Collection<String> patientIds) {
        List<FieldValue> ids = patientIds.stream().map(FieldValue::of).toList();
        boolean hidden = false;
        while (true) {
            refresh(index);
            List<String> found = answer(() -> client.search(
                            search -> search.index(index)
                                    // A part of the index that does not answer may hold some.
                                    .allowPartialSearchResults(false)
                                    .size(VISITS_AT_A_TIME)
                                    .source(source -> source.fetch(false))
                                    .query(query -> query.terms(
                                            any -> any.field("patient_id").terms(each -> each.value(ids)))),
                            Void.class))
                    .hits()
                    .hits()
                    .stream()
                    .map(Hit::id)
                    .toList();
            if (found.isEmpty()) {
                return hidden;
            }
            put(index, found, Map.of());
            hidden = true;
        }
    }

    private void refresh(String index) {
        requireAll(answer(() -> client.indices().refresh(refresh -> refresh.index(index))));
    }

    /** A part of an index that did not do it may hold what the others were rid of. */
    private static void requireAll(ShardsOperationResponseBase done) {
        if (requested(done.shards()).failed().intValue() > 0) {
            throw away();
        }
    }

    private boolean put(String index, Collection<String> ids, Map<String, Object> content) {
        if (ids.isEmpty()) {
            return false;
        }
        List<BulkOperation> operations = ids.stream()
                .map(id -> BulkOperation.of(operation -> operation.index(write -> write.index(index)
                        // Otherwise an index that somebody has deleted comes back without its definition.
                        .requireAlias(true)
                        .id(id)
                        .version(RecentCommits.ERASED)
                        .versionType(VersionType.External)
                        .document(content))))
                .toList();
        BulkResponse response = answer(() -> client.bulk(bulk -> bulk.operations(operations)));
        boolean fresh = false;
        for (BulkResponseItem item : response.items()) {
            if (item.error() == null) {
                fresh = true;
            } else if (item.status() != CONFLICT) {
                LOG.warn(
                        "The search engine refused a tombstone: {}",
                        item.error().type());
                throw away();
            }
        }
        return fresh;
    }

    /**
     * Rids the engine's files of everything that has been replaced or deleted in them; otherwise it stays there until the
     * engine happens to merge them. Takes half a minute, and then as long as copying the indices does.
     */
    void purgeFiles(List<String> indices) throws InterruptedException {
        Map<String, Long> replacedUpTo = checkpoints(indices, Tombstones::checkpoint);
        // The engine keeps what was replaced lately for copies that were away, and merges only where a tenth was
        // replaced.
        set(indices, Map.of(MERGE_ALL, JsonData.of(0), KEEP_REPLACED, JsonData.of("1s")));
        try {
            await(() -> checkpoints(indices, Tombstones::keptFrom).entrySet().stream()
                    .allMatch(shard -> shard.getValue() > replacedUpTo.getOrDefault(shard.getKey(), -1L)));
            String task = String.valueOf(answer(() -> client.indices()
                            .forcemerge(merge -> merge.index(indices)
                                    .onlyExpungeDeletes(true)
                                    .waitForCompletion(false)))
                    .task());
            await(() -> isMerged(answer(() -> client.tasks().get(get -> get.taskId(task)))));
            // The journal of the engine too.
            requireAll(answer(
                    () -> client.indices().flush(flush -> flush.index(indices).force(true))));
        } finally {
            set(indices, Map.of(MERGE_ALL, DEFAULT, KEEP_REPLACED, DEFAULT));
        }
    }

    private static boolean isMerged(GetTasksResponse merge) {
        if (!merge.completed()) {
            return false;
        }
        // A merge that failed, for want of space on the disk say, is as completed as any.
        if (merge.error() != null
                || requested(merge.response())
                                .toJson()
                                .asJsonObject()
                                .getJsonObject("_shards")
                                .getInt("failed")
                        > 0) {
            throw away();
        }
        return true;
    }

    private void set(List<String> indices, Map<String, JsonData> settings) {
        answer(() -> client.indices()
                .putSettings(put -> put.index(indices).settings(index -> index.otherSettings(settings))));
    }

    /** By index and number of the shard, the lowest of its copies. */
    private Map<String, Long> checkpoints(List<String> indices, ToLongFunction<ShardStats> ofCopy) {
        Map<String, Long> lowest = new HashMap<>();
        answer(() -> client.indices().stats(stats -> stats.index(indices).level(Level.Shards)))
                .indices()
                .forEach((index, stats) -> stats.shards()
                        .forEach((shard, copies) -> copies.forEach(
                                copy -> lowest.merge(index + "/" + shard, ofCopy.applyAsLong(copy), Math::min))));
        return lowest;
    }

    private static long checkpoint(ShardStats copy) {
        return requested(copy.seqNo()).globalCheckpoint();
    }

    private static long keptFrom(ShardStats copy) {
        return requested(copy.retentionLeases()).leases().stream()
                .mapToLong(ShardLease::retainingSeqNo)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(POLL);
        }
    }
}
