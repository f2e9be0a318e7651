package org.patientsapi.platform.audit;

import static org.patientsapi.platform.database.AdvisoryLock.SEALING;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.eventstore.SettledOrder;
import org.patientsapi.platform.lifecycle.BackgroundThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Seals what is new, makes the partitions of the coming months and drops those whose time is over: in the background, on one
 * node at a time. No write and no read waits for it.
 */
final class AuditKeeper extends BackgroundThread {

    private static final Logger LOG = LoggerFactory.getLogger(AuditKeeper.class);

    /** Rows under one seal at most: their hashes are held in memory, and read again for a proof. */
    private static final int ROWS_PER_SEAL = 4096;

    private static final int MONTHS_AHEAD = 3;
    private static final long SECOND_LOOK_MILLIS = 200;

    /** How often it is looked whether the day is over, where nothing is sealed. */
    private static final Duration TIDY_EVERY = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final Seals seals;
    private final Duration sealEvery;
    private final Duration keepFor;
    private final Clock clock;
    private final Map<SealedLog, SettledOrder> orders = new EnumMap<>(SealedLog.class);
    private @Nullable LocalDate tidied;

    AuditKeeper(
            JdbcClient jdbc,
            TransactionOperations transactions,
            Seals seals,
            Duration sealEvery,
            Duration keepFor,
            Clock clock) {
        super("patients-audit-keeper");
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.seals = seals;
        this.sealEvery = sealEvery;
        this.keepFor = keepFor;
        this.clock = clock;
        for (SealedLog log : SealedLog.values()) {
            orders.put(log, log.order(jdbc));
        }
    }

    /** Seals everything that is settled by now. */
    void seal() {
        orders.forEach((log, order) -> {
            long settled = settled(order);
            boolean more = true;
            while (more) {
                more = Boolean.TRUE.equals(transactions.execute(
                        status -> SEALING.tryLock(jdbc) && seals.seal(log, settled, ROWS_PER_SEAL)));
            }
        });
    }

    /** Under load a place is settled only when the transactions have ended that were open at the first look. */
    private static long settled(SettledOrder order) {
        long settled = order.place();
        if (!order.isBehind()) {
            return settled;
        }
        try {
            Thread.sleep(SECOND_LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return order.place();
    }

    /**
     * Partitions for the months to come, none for those whose time is over.
     *
     * @throws org.springframework.dao.DataAccessException while somebody reads or writes the records for long
     */
    void tidy() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
            jdbc.sql("select 1 from prepare_access_month(?)")
                    .param(today.plusMonths(ahead))
                    .query(Integer.class)
                    .single();
        }
        LocalDate keptFrom = LocalDate.ofInstant(clock.instant().minus(keepFor), ZoneOffset.UTC);
        months().stream()
                .filter(month -> !month.plusMonths(1).atDay(1).isAfter(keptFrom))
                .sorted()
                .forEach(month -> transactions.executeWithoutResult(status -> {
                    if (SEALING.tryLock(jdbc) && months().contains(month)) {
                        seals.drop(month);
                        LOG.info(
                                "The access records of {} were kept for {} days and are dropped",
                                month,
                                keepFor.toDays());
                    }
                }));
    }

    /** Those that have a partition. */
    private List<YearMonth> months() {
        return jdbc
                .sql("select replace(right(inhrelid::regclass::text, 7), '_', '-') from pg_inherits"
                        + " where inhparent = 'access_record'::regclass")
                .query(String.class)
                .list()
                .stream()
                .map(YearMonth::parse)
                .toList();
    }

    @Override
    protected void work() throws InterruptedException {
        while (isRunning()) {
            // First, since to seal takes long where there was nobody to do it for days.
            attempt("Months could not be made or dropped", this::tidyOnceADay);
            if (sealEvery.isPositive()) {
                attempt("What is new could not be sealed", this::seal);
            }
            Thread.sleep(sealEvery.isPositive() ? sealEvery : TIDY_EVERY);
        }
    }

    private void tidyOnceADay() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (!today.equals(tidied)) {
            tidy();
            tidied = today;
        }
    }

    /** Neither work is to wait for the other, which may fail for long. No failure ends the thread, as nobody would notice. */
    private void attempt(String failure, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (isRunning()) {
                LOG.warn("{}, which is tried again", failure, e);
            }
        }
    }
}
