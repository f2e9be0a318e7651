package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.benchmarks.Compilers;
import org.patientsapi.benchmarks.Pause;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.Report;
import org.patientsapi.benchmarks.load.EngineLimit.Recorded;
import org.patientsapi.benchmarks.load.Load.Clients;
import org.patientsapi.benchmarks.load.Load.Measured;
import org.patientsapi.benchmarks.load.Operations.Text;
import org.patientsapi.benchmarks.load.PacedRegistrations.Latencies;
import org.patientsapi.benchmarks.load.Results.Row;

/**
 * Loads the product as sixteen desks would, each calling at once after its last answer, and in turns with it what limits it
 * on the same machine: its own database and its own search engine, asked directly. Writes the figures into {@code
 * docs/performance.md}, those of a rebuild into {@code docs/operations.md}.
 *
 * <p>Arguments: how many patients the register holds at least, the minutes of the soak, and the parts: {@code measure},
 * {@code hot}, {@code soak}, {@code rebuild}; without any, {@code measure} and {@code hot}. The register is kept between
 * runs under {@code benchmarks/target} and only grows.
 */
public final class LoadBenchmark {

    private static final int CLIENTS = 16;
    private static final int ROUNDS = 2;
    private static final double WARM_UP_SECONDS = 1.5;
    private static final double ROUND_SECONDS = 4;
    private static final double FIRST_WARM_UP_SECONDS = 10;
    private static final double REBUILD_WARM_UP_SECONDS = 60;
    private static final double WARM_UP_ROUND_SECONDS = 4;
    private static final double PACED_SECONDS = 15;
    private static final double PACE = 500;

    /** A pace that a machine cannot keep tells how long its queue is, and nothing else. */
    private static final double SHARE_OF_FULL_PACE = 0.35;

    /** Of each of the desks beside; together far fewer than one patient bears. */
    private static final long WRITE_EVERY_MILLIS = 100;

    private static final int RECORDED_SEARCHES = 300;
    private static final int FILL_SLICE_SECONDS = 5;
    private static final Path DOCUMENT = Path.of("docs", "performance.md");
    private static final Path OPERATIONS = Path.of("docs", "operations.md");
    private static final Path PLOT = Path.of("docs", "performance.svg");

    private final Product product;
    private final People people;
    private final Operations operations;
    private final Processors processors;
    private final Load load;

    private LoadBenchmark(Product product, People people) {
        this.product = product;
        this.people = people;
        this.operations = new Operations(product, people);
        this.processors = new Processors(product.process());
        this.load = new Load(processors, CLIENTS, WARM_UP_SECONDS, ROUND_SECONDS);
    }

    public static void main(String[] arguments) throws IOException {
        // Figures are written alike wherever they are measured.
        Locale.setDefault(Locale.ROOT);
        int patients = Integer.parseInt(arguments[0]);
        double minutes = Double.parseDouble(arguments[1]);
        List<String> parts = List.of(arguments).subList(2, arguments.length);
        List<String> wanted = parts.isEmpty() ? List.of("measure", "hot") : parts;
        Path folder = Path.of("benchmarks", "target", "load").toAbsolutePath();
        Files.createDirectories(folder);
        People people = new People(folder.resolve("people.txt"));
        boolean fresh = people.count() == 0;
        if (people.count() < patients) {
            try (Product product = Product.start(folder, fresh)) {
                new LoadBenchmark(product, people).fill(patients);
            }
        }
        // Anew, so that the time of the start is that of a register of this size.
        try (Product product = Product.start(folder, false)) {
            LoadBenchmark benchmark = new LoadBenchmark(product, people);
            if (wanted.contains("measure") || wanted.contains("hot")) {
                benchmark.warmUp();
            }
            if (wanted.contains("measure")) {
                benchmark.measure().save(folder);
                List<Results> all = Results.saved(folder);
                Report.write(DOCUMENT, "load", Tables.of(all));
                Files.writeString(PLOT, Plot.of(all.getLast()));
            }
            if (wanted.contains("hot")) {
                Report.write(DOCUMENT, "hot patient", benchmark.hotPatient());
            }
            if (wanted.contains("soak")) {
                Report.write(
                        DOCUMENT, "soak", new Soak(benchmark.processors, benchmark.operations, CLIENTS).run(minutes));
            }
            if (wanted.contains("rebuild")) {
                benchmark.warmUpByOne(REBUILD_WARM_UP_SECONDS);
                RebuildUnderLoad rebuild = new RebuildUnderLoad(product, people, benchmark.operations);
                Report.write(OPERATIONS, "rebuild under load", rebuild.measure());
                rebuild.requireThatAllWasAnswered();
            }
        }
    }

    private void fill(int patients) {
        Load filling = new Load(processors, CLIENTS, 0, FILL_SLICE_SECONDS);
        while (people.count() < patients) {
            filling.of(operations.register());
            System.out.printf("%,d patients%n", people.count());
        }
        awaitThatAllAreListed();
    }

    private void awaitThatAllAreListed() {
        while (product.patients() < people.count()) {
            Pause.milliseconds(500);
        }
    }

    private Results measure() {
        // Whoever was registered while warming up is asked for in the engine too.
        awaitThatAllAreListed();
        int patients = people.count();
        EngineLimit engine = new EngineLimit(product);
        List<Row> rows = new ArrayList<>();
        rows.add(row("token checked, nothing done", operations.nothing(), null));
        rows.add(row(
                "read by id",
                operations.read(),
                new Limit("GET of the document", engine.get(() -> people.any().id()), 1)));
        rows.add(search("search by name", Text.NAME, engine));
        rows.add(search("search by phone", Text.PHONE, engine));
        rows.add(search("search by patient number", Text.NUMBER, engine));
        rows.add(row(
                "list of 20",
                operations.list(),
                sameSearch(engine, 1, wire -> operations.get(wire, "/api/v1/patients"))));
        rows.add(row("80 % reads, 20 % writes", operations.mixed(), null));
        rows.add(row("correct", operations.correct(), null));
        long databaseBytes;
        try (DatabaseLimit inserts = new DatabaseLimit(product)) {
            databaseBytes = inserts.bytes() / people.count();
            rows.add(row(
                    "register",
                    operations.register(),
                    new Limit("INSERT of the same rows", number -> inserts.client(), 1)));
        }
        double full = rows.getLast().product().perSecond();
        Latencies latencies = new PacedRegistrations(
                        product,
                        operations,
                        Math.min(PACE, Math.floor(full * SHARE_OF_FULL_PACE)),
                        WARM_UP_SECONDS,
                        PACED_SECONDS)
                .measure();
        return new Results(
                patients,
                LocalDate.now(ZoneOffset.UTC),
                Results.currentCommit(),
                product.startedWithin().toMillis() / 1000.0,
                rows,
                latencies,
                processors.serviceMegabytes(),
                databaseBytes,
                engine.bytes() / people.count());
    }

    private void warmUp() {
        warmUpByOne(FIRST_WARM_UP_SECONDS);
        Load desks = new Load(processors, CLIENTS, 0, WARM_UP_ROUND_SECONDS);
        new Compilers(product.process())
                .quiet(() -> List.of(
                                operations.nothing(),
                                operations.read(),
                                operations.search(Text.NAME),
                                operations.search(Text.PHONE),
                                operations.search(Text.NUMBER),
                                operations.list(),
                                operations.correct(),
                                operations.mixed())
                        .forEach(desks::of));
    }

    /** One desk first: sixteen at once can keep a cold engine from answering in time. */
    private void warmUpByOne(double seconds) {
        new Load(processors, 1, seconds, 1).of(operations.mixed());
    }

    private Row search(String title, Text kind, EngineLimit engine) {
        List<String> texts = IntStream.range(0, RECORDED_SEARCHES)
                .mapToObj(i -> operations.text(kind))
                .toList();
        return row(
                title,
                operations.search(kind),
                sameSearch(engine, texts.size(), wire -> texts.forEach(text -> operations.search(wire, text))));
    }

    /**
     * @param clients what they do is what the row's operation is limited by
     * @param parts how often one call of the operation makes them do it, on the average
     */
    private record Limit(String title, Clients clients, double parts) {}

    private Limit sameSearch(EngineLimit engine, int calls, Consumer<Wire> asking) {
        Recorded recorded = engine.recorded(calls, () -> {
            try (Wire wire = new Wire(product.port())) {
                asking.accept(wire);
            }
        });
        String title =
                recorded.perCall() == 1 ? "the same search" : "the same %.2f searches".formatted(recorded.perCall());
        return new Limit(title, engine.search(recorded.searches()), recorded.perCall());
    }

    /** The two by turns, so that a noisy minute falls on both. */
    private Row row(String title, Clients operation, @Nullable Limit limit) {
        Measured own = null;
        Measured reached = null;
        for (int round = 0; round < ROUNDS; round++) {
            if (limit != null) {
                Measured now = load.of(limit.clients());
                reached = reached == null ? now : reached.and(now);
            }
            Measured now = load.of(operation);
            own = own == null ? now : own.and(now);
        }
        if (own == null) {
            throw new IllegalStateException("there were no rounds");
        }
        Row row = new Row(
                title,
                own.figures(),
                limit == null ? null : limit.title(),
                limit == null || reached == null ? null : reached.figures(limit.parts()));
        System.out.println(row);
        return row;
    }

    /**
     * Four desks that write, to one patient or to any, equally often, and meanwhile sixteen that do what desks do. Whoever
     * writes to one patient waits for the others that do, so without a pace fewer writes would be made there.
     */
    private String hotPatient() {
        Load writers = new Load(processors, CLIENTS / 4, WARM_UP_SECONDS, ROUND_SECONDS);
        Measured[] mixed = new Measured[2];
        Measured[] written = new Measured[2];
        try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int hot = 0; hot < 2; hot++) {
                    Clients writing =
                            (hot == 1 ? operations.correctOne() : operations.correct()).every(WRITE_EVERY_MILLIS);
                    CompletableFuture<Measured> writes =
                            CompletableFuture.supplyAsync(() -> writers.of(writing), beside);
                    Measured now = load.of(operations.mixed());
                    mixed[hot] = round == 0 ? now : mixed[hot].and(now);
                    written[hot] = round == 0 ? writes.join() : written[hot].and(writes.join());
                }
            }
        }
        return Tables.hotPatient(mixed[0].figures(), written[0].figures(), mixed[1].figures(), written[1].figures());
    }
}
