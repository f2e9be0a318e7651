package org.patientsapi.platform.erasure;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.patientsapi.platform.observability.MeasuredGauges;
import org.springframework.scheduling.annotation.Scheduled;

/** Whether what erasing somebody takes is also done, on whichever node. */
class ErasureMetrics {

    private static final String KEY_DUE = "patients.erasure.key.due.seconds";
    private static final String PURGE_DUE = "patients.erasure.purge.due.seconds";

    private final ErasureLedger ledger;
    private final Erasures erasures;
    private final Clock clock;
    private final MeasuredGauges gauges;

    ErasureMetrics(ErasureLedger ledger, Erasures erasures, Clock clock, MeterRegistry metrics) {
        this.ledger = ledger;
        this.erasures = erasures;
        this.clock = clock;
        this.gauges = new MeasuredGauges(metrics)
                .with(KEY_DUE, "For how long a key that no law keeps any longer has not been destroyed")
                .with(PURGE_DUE, "Age of the oldest erasure that the search engine's files are not rid of");
    }

    @Scheduled(fixedDelayString = "PT30S")
    void measure() {
        gauges.measure(() -> {
            gauges.setAge(KEY_DUE, ledger.oldestDueKey(), clock.instant());
            gauges.setAge(PURGE_DUE, erasures.indexPurgeDueSince(), clock.instant());
        });
    }
}
