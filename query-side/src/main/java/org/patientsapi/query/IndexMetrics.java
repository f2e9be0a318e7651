package org.patientsapi.query;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.patientsapi.platform.eventstore.EventLag;
import org.patientsapi.platform.eventstore.EventLag.Lag;
import org.patientsapi.query.IndexRun.Kind;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * What is to be told of the index besides how it answers. Every node measures the same, from the database, so that the
 * node that does the work may be away; the values are taken every few seconds and not while somebody scrapes.
 */
@Component
class IndexMetrics {

    private final Map<String, Double> values = new ConcurrentHashMap<>();
    private final EventLag lag;
    private final ParkedPatients parked;
    private final IndexRuns runs;

    IndexMetrics(EventLag lag, ParkedPatients parked, IndexRuns runs, MeterRegistry metrics) {
        this.lag = lag;
        this.parked = parked;
        this.runs = runs;
        gauge(metrics, "patients.projection.lag.events", "How many places in the event log the index is behind");
        gauge(metrics, "patients.projection.lag.seconds", "Age of the oldest event that is not in the index");
        gauge(metrics, "patients.parked", "Patients whose events cannot be projected");
        for (Kind kind : Kind.values()) {
            String name = name(kind);
            gauge(metrics, name + ".running", "1 while such a run is asked for or under way");
            gauge(metrics, name + ".patients.done", "Patients that the latest run is through with");
            gauge(metrics, name + ".patients.total", "Patients, when the latest run began");
        }
        gauge(metrics, "patients.index.drift", "Documents that the latest check found wrong, and put right");
    }

    /** Not a number as long as it is not known. */
    private void gauge(MeterRegistry metrics, String name, String description) {
        Gauge.builder(name, () -> values.getOrDefault(name, Double.NaN))
                .description(description)
                .register(metrics);
    }

    @Scheduled(fixedDelayString = "${patients.index.measure-every:5s}")
    void measure() {
        try {
            Lag behind = lag.ofProcessor(PatientProjector.PROCESSOR);
            values.put("patients.projection.lag.events", (double) behind.events());
            values.put("patients.projection.lag.seconds", behind.age().toMillis() / 1e3);
            values.put("patients.parked", (double) parked.count());
            for (Kind kind : Kind.values()) {
                runs.latest(kind).ifPresent(run -> {
                    values.put(name(kind) + ".running", run.finishedAt() == null ? 1.0 : 0.0);
                    values.put(name(kind) + ".patients.done", (double) run.patients());
                    values.put(name(kind) + ".patients.total", (double) run.total());
                });
            }
            runs.latest(Kind.CHECK)
                    .ifPresent(run -> values.put("patients.index.drift", (double)
                            (run.missing() + run.outdated() + run.different() + run.surplus())));
        } catch (DataAccessException | TransactionException away) {
            // An old value would look like a good one.
            values.clear();
        }
    }

    private static String name(Kind kind) {
        return "patients.index." + kind.name().toLowerCase(Locale.ROOT);
    }
}
