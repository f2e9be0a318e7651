package org.patientsapi.query.search;

import java.util.Arrays;
import java.util.Comparator;
import org.patientsapi.sample.IndianRegister;
import org.patientsapi.sample.LabelledQueries;
import org.patientsapi.sample.LabelledQueries.Half;
import org.patientsapi.sample.LabelledQueries.Slice;
import org.patientsapi.sample.SearchScore;

/**
 * Prints how well the rules find people in a made-up register, in memory, by the queries that are there to tune them; the
 * ones that score them are the benchmark's. Arguments: patients, queries per slice, seed, and how many misses to show.
 */
final class SearchTuning {

    private SearchTuning() {}

    public static void main(String[] arguments) {
        int patients = Integer.parseInt(arguments[0]);
        int perSlice = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        int misses = Integer.parseInt(arguments[3]);
        var register = new IndianRegister(seed, patients);
        var made = new MadeUpRegister(register);
        System.out.printf("%d patients, %.1f tokens each%n", patients, made.tokensOfEach());
        var queries = new LabelledQueries(register, Half.TUNING, seed).make(perSlice);
        var all = new SearchScore(register);
        for (var slice : Slice.values()) {
            var score = new SearchScore(register);
            queries.stream().filter(query -> query.slice() == slice).forEach(query -> {
                made.ask(query, score);
                made.ask(query, all);
            });
            System.out.printf("%-12s %s%n", slice, score);
            score.misses().stream().limit(misses).forEach(miss -> System.out.println("    " + miss));
        }
        System.out.printf("%-12s %s%n", "all", all);
        rareNames(register, made, misses);
    }

    /** How many are shown to who asks for a full name that one or two people bear. */
    private static void rareNames(IndianRegister register, MadeUpRegister made, int worst) {
        record Crowd(int size, String name) {}
        var crowds = register.rareFullNames(2000).stream()
                .map(patient -> new Crowd(made.results(patient.name()), patient.name()))
                .sorted(Comparator.comparingInt(Crowd::size))
                .toArray(Crowd[]::new);
        System.out.printf(
                "rare full names: %d, results median %d, 90%% %d, 99%% %d, below 20: %.1f%%%n",
                crowds.length,
                crowds[crowds.length / 2].size(),
                crowds[crowds.length * 9 / 10].size(),
                crowds[crowds.length * 99 / 100].size(),
                100.0 * Arrays.stream(crowds).filter(crowd -> crowd.size() < 20).count() / crowds.length);
        Arrays.stream(crowds, Math.max(0, crowds.length - worst), crowds.length).forEach(System.out::println);
    }
}
