package org.patientsapi.query;

import io.micrometer.core.instrument.MeterRegistry;
import org.patientsapi.platform.eventstore.EventLag;
import org.patientsapi.platform.eventstore.EventLag.Lag;
import org.patientsapi.platform.observability.MeasuredGauges;
import org.patientsapi.query.IndexRun.Kind;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What is to be told of the index besides how it answers. */
@Component
class IndexMetrics {

    private final MeasuredGauges gauges;
    private final EventLag lag;
    private final ParkedPatients parked;
    private final IndexRuns runs;

    IndexMetrics(EventLag lag, ParkedPatients parked, IndexRuns runs, MeterRegistry metrics) {
        this.lag = lag;
        this.parked = parked;
        this.runs = runs;
        gauges = new MeasuredGauges(metrics)
                .with("patients.projection.lag.events", "How many places in the event log the index is behind")
                .with("patients.projection.lag.seconds", "Age of the oldest event that is not in the index")
                .with("patients.parked", "Patients whose events cannot be projected")
                .with("patients.index.drift", "Documents that the latest check found wrong, and put right");
        for (Kind kind : Kind.values()) {
            String name = name(kind);
            gauges.with(name + ".running", "1 while such a run is asked for or under way")
                    .with(name + ".patients.done", "Patients that the latest run is through with")
                    .with(name + ".patients.total", "Patients, when the latest run began");
        }
    }

    @Scheduled(fixedDelayString = "${patients.index.measure-every:5s}")
    void measure() {
        gauges.measure(() -> {
            Lag behind = lag.ofProcessor(PatientProjector.PROCESSOR);
            gauges.set("patients.projection.lag.events", behind.events());
            gauges.set("patients.projection.lag.seconds", behind.age());
            gauges.set("patients.parked", parked.count());
            for (Kind kind : Kind.values()) {
                runs.latest(kind).ifPresent(run -> {
                    gauges.set(name(kind) + ".running", run.finishedAt() == null ? 1 : 0);
                    gauges.set(name(kind) + ".patients.done", run.patients());
                    gauges.set(name(kind) + ".patients.total", run.total());
                });
            }
            runs.latest(Kind.CHECK)
                    .ifPresent(run -> gauges.set(
                            "patients.index.drift", run.missing() + run.outdated() + run.different() + run.surplus()));
        });
    }

    private static String name(Kind kind) {
        return "patients.index." + kind.code();
    }
}
