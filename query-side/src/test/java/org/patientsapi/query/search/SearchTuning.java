package org.patientsapi.query.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import org.patientsapi.query.search.LabelledQueries.Half;
import org.patientsapi.query.search.LabelledQueries.Slice;

/** Prints how well the rules find people in a made-up register; arguments: half, patients, queries per slice, seed. */
final class SearchTuning {

    /** Sums over the queries of one slice. */
    static final class Figures {
        int queries;
        double first;
        double ten;
        double reciprocal;
        long results;
        final List<String> worst = new ArrayList<>();

        String line(String name) {
            return "%-12s %5d  recall@1 %.3f  recall@10 %.3f  MRR %.3f  mean results %8.1f"
                    .formatted(
                            name,
                            queries,
                            first / queries,
                            ten / queries,
                            reciprocal / queries,
                            (double) results / queries);
        }
    }

    private SearchTuning() {}

    public static void main(String[] arguments) {
        var half = Half.valueOf(arguments[0]);
        var register = new IndianRegister(20_261_122L, Integer.parseInt(arguments[1]));
        long begin = System.nanoTime();
        var index = new InMemoryIndex();
        register.patients.forEach(patient -> index.add(patient.tokens()));
        System.out.printf(
                "%d patients, %.1f tokens each, indexed in %d ms%n",
                register.patients.size(),
                (double) index.tokens() / register.patients.size(),
                (System.nanoTime() - begin) / 1_000_000);
        var all = new Figures();
        var queries =
                new LabelledQueries(register, half, Long.parseLong(arguments[3])).make(Integer.parseInt(arguments[2]));
        for (var slice : Slice.values()) {
            var figures = new Figures();
            queries.stream().filter(query -> query.slice() == slice).forEach(query -> {
                score(register, index, query, figures);
            });
            System.out.println(figures.line(slice.name()));
            figures.worst.stream().limit(Integer.getInteger("worst", 0)).forEach(System.out::println);
            all.queries += figures.queries;
            all.first += figures.first;
            all.ten += figures.ten;
            all.reciprocal += figures.reciprocal;
            all.results += figures.results;
        }
        System.out.println(all.line("all"));
        rareNames(register, index);
    }

    static void score(IndianRegister register, InMemoryIndex index, LabelledQueries.Query query, Figures figures) {
        var hits = index.search(SearchQuery.parse(query.text()).clause());
        long owed = Math.min(10, register.patients.stream().filter(query.owed()).count());
        int found = 0;
        double reciprocal = 0;
        for (int i = 0; i < Math.min(10, hits.size()); i++) {
            if (query.meant().test(register.patients.get(hits.get(i).document()))) {
                found++;
                reciprocal = reciprocal == 0 ? 1.0 / (i + 1) : reciprocal;
            }
        }
        figures.queries++;
        figures.first += reciprocal == 1 ? 1 : 0;
        figures.ten += Math.min(1, found / (double) owed);
        figures.reciprocal += reciprocal;
        figures.results += hits.size();
        if (found < owed) {
            var patient =
                    register.patients.stream().filter(query.meant()).findFirst().orElseThrow();
            figures.worst.add("    " + query.text() + " -> " + patient.name() + ": " + found + " of " + owed + " in "
                    + hits.size() + ", first "
                    + (hits.isEmpty()
                            ? "none"
                            : register.patients.get(hits.getFirst().document()).name()));
        }
    }

    /** How many are shown to who asks for a full name that one or two people bear. */
    private static void rareNames(IndianRegister register, InMemoryIndex index) {
        var count = new HashMap<List<String>, Integer>();
        register.patients.forEach(patient -> count.merge(patient.identity(), 1, Integer::sum));
        var sizes = new ArrayList<String>();
        var numbers = new ArrayList<Integer>();
        register.patients.stream()
                .filter(patient -> patient.parts().size() >= 2
                        // A full name: with an initial for a part of it, everybody whom that may stand for is right.
                        && patient.parts().stream().noneMatch(IndianRegister.Part::shortened)
                        && count.get(patient.identity()) <= 2)
                .limit(2000)
                .forEach(patient -> {
                    int size = index.search(SearchQuery.parse(patient.name()).clause())
                            .size();
                    numbers.add(size);
                    sizes.add("%05d %s".formatted(size, patient.name()));
                });
        numbers.sort(null);
        System.out.printf(
                "rare full names: %d, results median %d, 90%% %d, 99%% %d, below 20: %.1f%%%n",
                numbers.size(),
                numbers.get(numbers.size() / 2),
                numbers.get(numbers.size() * 9 / 10),
                numbers.get(numbers.size() * 99 / 100),
                100.0 * numbers.stream().filter(size -> size < 20).count() / numbers.size());
        sizes.sort(Comparator.reverseOrder());
        sizes.stream().limit(Integer.getInteger("worst", 0)).forEach(System.out::println);
    }
}
