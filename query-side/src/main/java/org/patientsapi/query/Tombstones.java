package org.patientsapi.query;

import static org.patientsapi.query.EngineCalls.answer;
import static org.patientsapi.query.EngineCalls.away;
import static org.patientsapi.query.EngineCalls.requested;
import static org.patientsapi.query.PatientIndex.PATIENTS;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.Level;
import co.elastic.clients.elasticsearch._types.ShardsOperationResponseBase;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.get.GetResult;
import co.elastic.clients.elasticsearch.indices.stats.ShardLease;
import co.elastic.clients.elasticsearch.indices.stats.ShardStats;
import co.elastic.clients.elasticsearch.tasks.GetTasksResponse;
import co.elastic.clients.json.JsonData;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What takes the place of an erased patient's document. A deletion would not do: a minute later the engine has forgotten
 * the version, and a stale node or an old backup could bring the document back. A tombstone's version is later than
 * any, so nothing ever replaces it. It has nothing in it, so no filter and no search matches it, and in the list of
 * everybody it comes last.
 *
 * <p>Every method throws {@link StoreUnavailable} when the engine does not answer.
 */
@Component
class Tombstones {

    private static final Logger LOG = LoggerFactory.getLogger(Tombstones.class);
    private static final int CONFLICT = 409;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final JsonData DEFAULT = JsonData.fromJson("null");
    private static final String MERGE_ALL = "index.merge.policy.expunge_deletes_allowed";
    private static final String KEEP_REPLACED = "index.soft_deletes.retention_lease.period";

    private final ElasticsearchClient client;

    Tombstones(ElasticsearchClient client) {
        this.client = client;
    }

    /** Whether there is a live index to put tombstones in. */
    boolean isThere() {
        return answer(() -> client.indices().existsAlias(exists -> exists.name(PATIENTS)))
                .value();
    }

    /** Who of these patients has none in the live index, as of this moment; also where there is nothing else of the patient. */
    List<String> missing(List<String> patientIds) {
        return answer(() -> client.mget(
                        get -> get.index(PATIENTS).ids(patientIds).source(source -> source.fetch(false)), Void.class))
                .docs()
                .stream()
                .map(item -> {
                    if (item.isFailure()) {
                        throw away();
                    }
                    return item.result();
                })
                .filter(document -> !Objects.equals(document.version(), RecentCommits.ERASED))
                .map(GetResult::id)
                .toList();
    }

    /** Puts tombstones in the place of patients, whatever is there. */
    void put(String index, Collection<String> patientIds) {
        List<BulkOperation> operations = patientIds.stream()
                .map(id -> BulkOperation.of(operation -> operation.index(write -> write.index(index)
                        // Otherwise an index that somebody has deleted comes back without its definition.
                        .requireAlias(true)
                        .id(id)
                        .version(RecentCommits.ERASED)
                        .versionType(VersionType.External)
                        .document(Map.of("erased", true)))))
                .toList();
        BulkResponse response = answer(() -> client.bulk(bulk -> bulk.operations(operations)));
        for (BulkResponseItem item : response.items()) {
            if (item.error() != null && item.status() != CONFLICT) {
                LOG.warn(
                        "The search engine refused a tombstone: {}",
                        item.error().type());
                throw away();
            }
        }
    }

    /**
     * Rids the live index's files of everything that has been replaced or deleted in them; otherwise it stays there until the
     * engine happens to merge them. Takes half a minute, and then as long as copying the index does.
     */
    void purgeFiles() throws InterruptedException {
        Map<String, Long> replacedUpTo = checkpoints(Tombstones::checkpoint);
        // The engine keeps what was replaced lately for copies that were away, and merges only where a tenth was
        // replaced.
        set(Map.of(MERGE_ALL, JsonData.of(0), KEEP_REPLACED, JsonData.of("1s")));
        try {
            await(() -> checkpoints(Tombstones::keptFrom).entrySet().stream()
                    .allMatch(shard -> shard.getValue() > replacedUpTo.getOrDefault(shard.getKey(), -1L)));
            String task = String.valueOf(answer(() -> client.indices()
                            .forcemerge(merge -> merge.index(PATIENTS)
                                    .onlyExpungeDeletes(true)
                                    .waitForCompletion(false)))
                    .task());
            await(() -> isMerged(answer(() -> client.tasks().get(get -> get.taskId(task)))));
            // The journal of the engine too.
            requireAll(answer(
                    () -> client.indices().flush(flush -> flush.index(PATIENTS).force(true))));
        } finally {
            set(Map.of(MERGE_ALL, DEFAULT, KEEP_REPLACED, DEFAULT));
        }
    }

    /** A part of an index that did not do it may hold what the others were rid of. */
    private static void requireAll(ShardsOperationResponseBase done) {
        if (requested(done.shards()).failed().intValue() > 0) {
            throw away();
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

    private void set(Map<String, JsonData> settings) {
        answer(() -> client.indices()
                .putSettings(put -> put.index(PATIENTS).settings(changed -> changed.otherSettings(settings))));
    }

    /** By index and number of the shard, the lowest of its copies. */
    private Map<String, Long> checkpoints(ToLongFunction<ShardStats> ofCopy) {
        Map<String, Long> lowest = new HashMap<>();
        answer(() -> client.indices().stats(stats -> stats.index(PATIENTS).level(Level.Shards)))
                .indices()
                .forEach((generation, stats) -> stats.shards()
                        .forEach((shard, copies) -> copies.forEach(
                                copy -> lowest.merge(generation + "/" + shard, ofCopy.applyAsLong(copy), Math::min))));
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
