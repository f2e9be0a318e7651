package org.patientsapi.benchmarks.load;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.benchmarks.Json;
import org.patientsapi.benchmarks.Pause;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.Times;
import org.patientsapi.benchmarks.load.People.Person;
import org.patientsapi.benchmarks.load.Wire.Answer;
import tools.jackson.databind.JsonNode;

/**
 * An operator has the index built anew while desks work at a steady pace, and every answer is held against what was asked
 * for: nobody is to notice. Times count from the moment at which a call was due.
 */
final class RebuildUnderLoad {

    private static final double PER_SECOND = 100;
    private static final int WORKERS = 32;
    private static final int WARM_UP_SECONDS = 30;
    private static final int BEFORE_SECONDS = 30;

    /** Longer than the old generation outlives the swap. */
    private static final int AFTER_SECONDS = 20;

    private static final int POLL_MILLIS = 500;

    /** Far longer than it takes a machine that bears the load: a rebuild that does not end must not be waited for. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    /** A newcomer is found by search a second later at the latest; who is searched for has been there for longer. */
    private static final int SETTLED_AFTER_POLLS = 10;

    private static final int PAGE = 20;
    private static final int PAGES = 100;

    private final Product product;
    private final People people;
    private final Operations operations;
    private final AtomicLong turn = new AtomicLong();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private volatile Phase phase = Phase.WARM_UP;
    private volatile int settled;

    RebuildUnderLoad(Product product, People people, Operations operations) {
        this.product = product;
        this.people = people;
        this.operations = operations;
        this.settled = people.count();
    }

    private enum Phase {
        WARM_UP,
        BEFORE,
        REBUILDING,
        /** The new generation is live, and the old one is dropped. */
        AFTER,
        OVER
    }

    /** What is called, and how often of a hundred times. */
    private enum Kind {
        READ("read by id", 35),
        NUMBER("search by patient number", 15),
        PHONE("search by phone", 10),
        NAME("search by name", 10),
        LIST("one of the first 100 pages of the list", 10),
        REGISTER("register", 10),
        CORRECT("correct", 10),
        AFTER_WRITE("read what was just written", 0);

        private final String title;
        private final int share;

        Kind(String title, int share) {
            this.title = title;
            this.share = share;
        }

        static Kind any() {
            int left = ThreadLocalRandom.current().nextInt(100);
            for (Kind kind : values()) {
                left -= kind.share;
                if (left < 0) {
                    return kind;
                }
            }
            throw new IllegalStateException("the shares are no hundred");
        }
    }

    private enum Outcome {
        ANSWERED,
        /** With success, but without the one who was asked for, or a page that is not full. */
        EMPTY,
        FAILED
    }

    private record Call(Kind kind, Phase phase, Outcome outcome, double millis) {
        boolean isSinceTheRebuild() {
            return phase != Phase.WARM_UP && phase != Phase.BEFORE;
        }
    }

    /** @return Markdown */
    String measure() {
        try (ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
            long start = System.nanoTime();
            List<CompletableFuture<Void>> workers = Stream.generate(
                            () -> CompletableFuture.runAsync(() -> work(start), threads))
                    .limit(WORKERS)
                    .toList();
            JsonNode run;
            try {
                run = rebuild();
            } finally {
                phase = Phase.OVER;
            }
            workers.forEach(CompletableFuture::join);
            return report(run);
        }
    }

    /** @throws IllegalStateException when a call failed or was answered without what was asked for */
    void requireThatAllWasAnswered() {
        long wrong = calls.stream()
                .filter(call -> call.isSinceTheRebuild() && call.outcome() != Outcome.ANSWERED)
                .count();
        if (wrong > 0) {
            throw new IllegalStateException(wrong + " calls failed or were answered with nothing");
        }
    }

    private JsonNode rebuild() {
        Deque<Integer> counts = new ArrayDeque<>();
        follow(counts, WARM_UP_SECONDS);
        phase = Phase.BEFORE;
        follow(counts, BEFORE_SECONDS);
        phase = Phase.REBUILDING;
        long id = product.operate("POST", "/index/rebuild").get("id").asLong();
        long begun = System.nanoTime();
        JsonNode run;
        do {
            if (System.nanoTime() - begun > LONGEST.toNanos()) {
                throw new IllegalStateException("the rebuild did not end");
            }
            follow(counts, 0);
            run = product.operate("GET", "/index").get("rebuild");
            if (run.get("id").asLong() != id) {
                throw new IllegalStateException("another rebuild has begun");
            }
            System.out.printf(
                    "%,d of %,d patients, %,.0f events/s, %s s to go%n",
                    run.get("patients").asLong(),
                    run.get("total").asLong(),
                    run.get("events_per_second").asDouble(),
                    run.get("remaining_seconds"));
        } while (run.get("finished_at").isNull());
        phase = Phase.AFTER;
        follow(counts, AFTER_SECONDS);
        return run;
    }

    /** One poll at least. */
    private void follow(Deque<Integer> counts, int seconds) {
        for (int poll = 0; poll < Math.max(1, seconds * 1000 / POLL_MILLIS); poll++) {
            Pause.milliseconds(POLL_MILLIS);
            counts.add(people.count());
            if (counts.size() > SETTLED_AFTER_POLLS) {
                settled = counts.remove();
            }
        }
    }

    private void work(long start) {
        try (Wire wire = new Wire(product.port())) {
            while (phase != Phase.OVER) {
                long due = start + (long) (turn.getAndIncrement() / PER_SECOND * 1e9);
                Pause.until(due);
                one(wire, Kind.any(), due);
            }
        }
    }

    private void one(Wire wire, Kind kind, long due) {
        Person person = people.anyOfFirst(settled);
        Predicate<Answer> isShown = answer -> answer.text().contains(person.id());
        switch (kind) {
            case READ -> send(kind, due, () -> operations.read(wire, person.id()), isShown);
            case NUMBER -> send(kind, due, () -> operations.search(wire, person.patientNumber()), isShown);
            case PHONE -> send(kind, due, () -> operations.search(wire, People.phone(person.number())), isShown);
            // Too many share a name for each of them to be on the first page.
            case NAME ->
                send(
                        kind,
                        due,
                        () -> operations.search(wire, people.name(person.number())),
                        answer -> size(answer) > 0);
            case LIST -> {
                int page = ThreadLocalRandom.current().nextInt(1, PAGES + 1);
                send(
                        kind,
                        due,
                        () -> operations.get(wire, "/api/v1/patients?page=" + page),
                        answer -> size(answer) == PAGE);
            }
            case REGISTER -> {
                Person newcomer = send(kind, due, () -> operations.register(wire), registered -> true);
                if (newcomer != null) {
                    send(
                            Kind.AFTER_WRITE,
                            System.nanoTime(),
                            () -> operations.read(wire, newcomer.id()),
                            answer -> answer.text().contains(newcomer.id()));
                }
            }
            case CORRECT -> {
                Answer corrected = send(kind, due, () -> operations.correct(wire, person), isShown);
                if (corrected != null) {
                    long version = version(corrected);
                    send(
                            Kind.AFTER_WRITE,
                            System.nanoTime(),
                            () -> operations.readNewerThan(wire, person.id(), version - 1),
                            answer -> version(answer) >= version);
                }
            }
            case AFTER_WRITE -> throw new IllegalArgumentException("it follows a write");
        }
    }

    /** @return what was answered; {@code null} when it failed */
    private <T> @Nullable T send(Kind kind, long due, Supplier<T> call, Predicate<T> isWhatWasAskedFor) {
        Phase begun = phase;
        T answer = null;
        Outcome outcome;
        try {
            answer = call.get();
            outcome = isWhatWasAskedFor.test(answer) ? Outcome.ANSWERED : Outcome.EMPTY;
        } catch (IllegalStateException | UncheckedIOException e) {
            outcome = Outcome.FAILED;
            System.out.println(kind.title + ": " + e.getMessage());
        }
        calls.add(new Call(kind, begun, outcome, (System.nanoTime() - due) / 1e6));
        return answer;
    }

    private static int size(Answer answer) {
        return Json.MAPPER.readTree(answer.body()).size();
    }

    private static long version(Answer answer) {
        return Json.MAPPER.readTree(answer.body()).get("version").asLong();
    }

    private String report(JsonNode run) {
        double seconds = Duration.between(
                                OffsetDateTime.parse(run.get("started_at").asString()),
                                OffsetDateTime.parse(run.get("finished_at").asString()))
                        .toMillis()
                / 1e3;
        long patients = run.get("patients").asLong();
        long events = run.get("events").asLong();
        StringBuilder text = new StringBuilder(
                "%,d patients of %,d events, while desks make %,.0f calls a second: %.0f s, %,.0f events/s, %,.0f patients/s.%n%n"
                        .formatted(patients, events, PER_SECOND, seconds, events / seconds, patients / seconds));
        text.append("""
                | from the rebuild's start until the old generation is gone | calls | failed | empty | p50, p99 ms before | p50, p99 ms during the rebuild |
                |---|---:|---:|---:|---:|---:|
                """);
        for (Kind kind : Kind.values()) {
            text.append("| %s | %,d | %,d | %,d | %s | %s |%n"
                    .formatted(
                            kind.title,
                            count(kind, Outcome.values()),
                            count(kind, Outcome.FAILED),
                            count(kind, Outcome.EMPTY),
                            times(kind, Phase.BEFORE),
                            times(kind, Phase.REBUILDING)));
        }
        return text.toString();
    }

    private long count(Kind kind, Outcome... outcomes) {
        return calls.stream()
                .filter(call -> call.kind() == kind && call.isSinceTheRebuild())
                .filter(call -> List.of(outcomes).contains(call.outcome()))
                .count();
    }

    private String times(Kind kind, Phase of) {
        Times times = Times.of(calls.stream()
                .filter(call -> call.kind() == kind && call.phase() == of)
                .map(Call::millis)
                .toList());
        return "%.1f, %.1f".formatted(times.quantile(0.5), times.quantile(0.99));
    }
}
