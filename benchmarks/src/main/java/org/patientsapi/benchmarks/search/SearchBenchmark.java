package org.patientsapi.benchmarks.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.patientsapi.benchmarks.Compilers;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.Report;
import org.patientsapi.benchmarks.Times;
import org.patientsapi.benchmarks.load.Load;
import org.patientsapi.benchmarks.load.Processors;
import org.patientsapi.benchmarks.search.Baselines.Way;
import org.patientsapi.sample.IndianRegister;
import org.patientsapi.sample.IndianRegister.Patient;
import org.patientsapi.sample.LabelledQueries;
import org.patientsapi.sample.LabelledQueries.Half;
import org.patientsapi.sample.LabelledQueries.Query;
import org.patientsapi.sample.SearchScore;

/**
 * Registers a made-up hospital through the API, asks for its people as a front desk would, and writes into
 * {@code docs/search.md} how well and how fast they were found. Everything is asked through HTTP, the product as its
 * clients ask it, the baselines in the product's own search engine.
 *
 * <p>Arguments: {@code quality}, {@code speed}; none for all. The register is kept between runs under
 * {@code benchmarks/target}.
 */
public final class SearchBenchmark {

    /** Not the ones that the rules are tuned with. */
    private static final long REGISTER_SEED = 20_261_124L;

    private static final long QUERY_SEED = 8_191L;
    private static final int PATIENTS = 100_000;
    private static final int QUERIES_PER_SLICE = 250;
    private static final int RARE_NAMES = 2_000;
    private static final int CROWD = 20;

    private static final int CLIENTS = 16;
    private static final int ROUNDS = 3;
    private static final double ROUND_SECONDS = 8;
    private static final int PAGE = 20;
    private static final Path DOCUMENT = Path.of("docs", "search.md");

    private final Product product;
    private final RegisteredPeople people;
    private final List<Query> queries;

    private SearchBenchmark(Product product, RegisteredPeople people) {
        this.product = product;
        this.people = people;
        this.queries = new LabelledQueries(people.register(), Half.SCORING, QUERY_SEED).make(QUERIES_PER_SLICE);
    }

    public static void main(String[] arguments) throws IOException {
        // Figures are written alike wherever they are measured.
        Locale.setDefault(Locale.ROOT);
        List<String> wanted = arguments.length == 0 ? List.of("quality", "speed") : List.of(arguments);
        Path folder = Path.of("benchmarks", "target", "search").toAbsolutePath();
        Files.createDirectories(folder);
        Path list = folder.resolve("people.txt");
        try (Product product = Product.start(folder, !Files.exists(list))) {
            RegisteredPeople people = RegisteredPeople.in(product, new IndianRegister(REGISTER_SEED, PATIENTS), list);
            SearchBenchmark benchmark = new SearchBenchmark(product, people);
            if (wanted.contains("quality")) {
                Report.write(DOCUMENT, "quality", benchmark.quality());
            }
            if (wanted.contains("speed")) {
                Report.write(DOCUMENT, "speed", benchmark.speed());
            }
        }
    }

    private Baselines baselines() {
        return new Baselines(product.searchEngine(), people.register().patients());
    }

    private String quality() {
        Baselines baselines = baselines();
        Map<String, Map<String, SearchScore>> scores = new LinkedHashMap<>();
        for (Query query : queries) {
            Product.Found found = product.search(query.text(), SearchScore.SHOWN);
            add(scores, "**this product**", query, people.people(found.ids()), found.total());
            for (Way way : Way.values()) {
                Baselines.Answer answer = baselines.ask(way, query.text(), SearchScore.SHOWN);
                add(scores, way.title, query, answer.found(), answer.total());
            }
        }
        return "%,d queries, %d of each kind, to a register of %,d patients.%n%n"
                        .formatted(queries.size(), QUERIES_PER_SLICE, PATIENTS)
                + table("Recall@10", scores, SearchScore::recallAt10, "%.3f")
                + table("Recall@1", scores, SearchScore::recallAt1, "%.3f")
                + table("Mean reciprocal rank", scores, SearchScore::meanReciprocalRank, "%.3f")
                + table("Mean number of results", scores, SearchScore::meanResults, "%,.0f")
                + rareNames();
    }

    private void add(
            Map<String, Map<String, SearchScore>> scores, String title, Query query, List<Patient> shown, long total) {
        for (String row : List.of(query.slice().name().toLowerCase(Locale.ROOT).replace('_', ' '), "**all**")) {
            scores.computeIfAbsent(title, t -> new LinkedHashMap<>())
                    .computeIfAbsent(row, r -> new SearchScore())
                    .add(query, shown, total);
        }
    }

    private static String table(
            String title,
            Map<String, Map<String, SearchScore>> scores,
            ToDoubleFunction<SearchScore> figure,
            String format) {
        List<String> rows = new ArrayList<>(scores.values().iterator().next().keySet());
        rows.remove("**all**");
        rows.add("**all**");
        return "| %s | %s |%n|---|%s|%n"
                        .formatted(
                                title,
                                String.join(" | ", scores.keySet()),
                                "---:|".repeat(scores.size()).replaceAll("\\|$", ""))
                + rows.stream()
                        .map(row -> "| %s | %s |%n"
                                .formatted(
                                        row,
                                        scores.values().stream()
                                                .map(ofRow -> format.formatted(figure.applyAsDouble(ofRow.get(row))))
                                                .collect(Collectors.joining(" | "))))
                        .collect(Collectors.joining())
                + System.lineSeparator();
    }

    /** How many are shown to who asks for a full name that one or two people bear. */
    private String rareNames() {
        List<Patient> rare = people.register().rareFullNames(RARE_NAMES);
        long[] crowds = rare.stream()
                .mapToLong(patient -> product.search(patient.name(), 1).total())
                .sorted()
                .toArray();
        long small =
                IntStream.range(0, crowds.length).filter(i -> crowds[i] < CROWD).count();
        return "Asked for a full name that no more than two people bear (%,d of them): %d results in the median, %d in the"
                        .formatted(crowds.length, crowds[crowds.length / 2], crowds[crowds.length * 9 / 10])
                + " 90th and %d in the 99th percentile; fewer than %d for %.1f %%.%n"
                        .formatted(crowds[crowds.length * 99 / 100], CROWD, 100.0 * small / crowds.length);
    }

    private String speed() {
        Baselines baselines = baselines();
        List<String> texts = queries.stream().map(Query::text).toList();
        List<Double> plainTimes = new ArrayList<>();
        List<Double> ownTimes = new ArrayList<>();
        Runnable round = () -> {
            plainTimes.addAll(times(CLIENTS, ROUND_SECONDS, texts, text -> baselines.plainMatch(text, PAGE)));
            ownTimes.addAll(times(CLIENTS, ROUND_SECONDS, texts, text -> product.searchAsIs(text, PAGE)));
        };
        new Compilers(product.process()).quiet(round);
        plainTimes.clear();
        ownTimes.clear();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        Times plain = Times.of(plainTimes);
        Times own = Times.of(ownTimes);
        return "| %d clients, %,d patients, page of %d | calls | p50 | p90 | p99 |%n|---|---:|---:|---:|---:|%n"
                        .formatted(CLIENTS, PATIENTS, PAGE)
                + row("`match` on one field, straight to Elasticsearch", plain)
                + row("search through the API", own)
                + "| ratio | | %.2f | %.2f | **%.2f** |%n%n"
                        .formatted(
                                own.quantile(0.5) / plain.quantile(0.5),
                                own.quantile(0.9) / plain.quantile(0.9),
                                own.quantile(0.99) / plain.quantile(0.99))
                + hostile(texts);
    }

    /** @param call is made with texts drawn at random */
    private List<Double> times(int clients, double seconds, List<String> texts, Consumer<String> call) {
        return new Load(new Processors(product.process()), clients, 0, seconds)
                .of(number ->
                        () -> call.accept(texts.get(ThreadLocalRandom.current().nextInt(texts.size()))))
                .times();
    }

    private static String row(String title, Times times) {
        return "| %s | %,d | %.1f ms | %.1f ms | %.1f ms |%n"
                .formatted(title, times.count(), times.quantile(0.5), times.quantile(0.9), times.quantile(0.99));
    }

    /** What a text can do that was made to be slow, beside the usual ones; one client, so that only the text counts. */
    private String hostile(List<String> texts) {
        Map<String, String> hostile = new LinkedHashMap<>();
        hostile.put(
                "50 words",
                IntStream.range(0, 50)
                        .mapToObj(i -> Character.toString('a' + i % 26) + "arayan" + "aeiou".charAt(i % 5))
                        .collect(Collectors.joining(" ")));
        hostile.put("one word 120 times", "kumar ".repeat(120));
        hostile.put("the commonest words", "kumar devi singh ram lal");
        hostile.put("ten initials", "r k s m a p v n j d");
        hostile.put("one letter", "k");
        hostile.put("two letters", "ra");
        hostile.put("1000 letters", "a".repeat(1000));
        hostile.put("a long word of many scripts", "கிரிதிருபிரகாஷ்राजेश्वरப்பிரபு ".repeat(5));
        hostile.put("wildcards", "*a* ?r* k*m?r [a-z]+ .* ~ ^5 \"*\"");
        hostile.put("numbers", "9876 5432 1098 7654 3210 ".repeat(20));
        hostile.put("four digits", "9876");
        Times usual = Times.of(times(1, 5, texts, text -> product.searchAsIs(text, PAGE)));
        StringBuilder rows = new StringBuilder();
        rows.append("| text, one client | p50 | times a usual text |%n|---|---:|---:|%n".formatted());
        rows.append("| usual texts | %.1f ms | 1.0 |%n".formatted(usual.quantile(0.5)));
        hostile.forEach((title, text) -> {
            Times times = Times.of(times(1, 2, List.of(text), each -> product.searchAsIs(each, PAGE)));
            rows.append("| %s | %.1f ms | %.1f |%n"
                    .formatted(title, times.quantile(0.5), times.quantile(0.5) / usual.quantile(0.5)));
        });
        return rows.toString();
    }
}
