package org.patientsapi.platform.eventstore;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far whoever works off the events is behind the newest one, on whichever node that is. */
public final class EventLag {

    private final JdbcClient jdbc;
    private final Clock clock;

    EventLag(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * @param events how many places the newest event is ahead of the last one that was handled
     * @param age how old the oldest one is that was not handled; zero where there is none
     */
    public record Lag(long events, Duration age) {}

    /** @param processor one with a single segment; one that has not begun is behind by everything */
    public Lag ofProcessor(String processor) {
        long handled = jdbc.sql("select (convert_from(token, 'UTF8')::jsonb ->> 'index')::bigint from token_entry"
                        + " where processor_name = ? and segment = 0 and token is not null")
                .param(processor)
                .query(Long.class)
                .optional()
                .orElse(-1L);
        return behind(handled);
    }

    /** @param handled the place of the last event that was */
    public Lag behind(long handled) {
        long newest = jdbc.sql("select coalesce(max(global_index), -1) from domain_event")
                .query(Long.class)
                .single();
        Duration age = jdbc.sql("select occurred_at from domain_event where global_index > ?"
                        + " order by global_index limit 1")
                .param(handled)
                .query(OffsetDateTime.class)
                .optional()
                .map(since -> Duration.between(since.toInstant(), clock.instant()))
                .orElse(Duration.ZERO);
        return new Lag(Math.max(0, newest - handled), age);
    }
}
