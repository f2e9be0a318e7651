package org.patientsapi.standalone;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What it costs 16 desks to correct one and the same patient at once, beside 16 who each correct another: in turns, so that
 * whatever else the machine does slows both alike. And whether any correction got lost: each makes a version.
 *
 * <p>{@code mvn -pl standalone -am test-compile exec:exec@measure -Dbenchmark=OnePatient} asks the embedded default, and registers patients there.
 */
final class OnePatientBenchmark {

    private static final int DESKS = 16;
    private static final int ROUNDS = 12;
    private static final int WARM_UP = 3;
    private static final int CORRECTIONS = 20;

    private final Api.Client desk;

    private OnePatientBenchmark(Api.Client desk) {
        this.desk = desk;
    }

    public static void main(String[] arguments) throws Exception {
        new OnePatientBenchmark(new Api(arguments[0], false).as("front-desk")).run();
        System.exit(0);
    }

    private void run() throws Exception {
        List<Double> same = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        long lost = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String one = patient();
            List<String> many = new ArrayList<>();
            for (int i = 0; i < DESKS; i++) {
                many.add(patient());
            }
            double ofOne = correct(Collections.nCopies(DESKS, one));
            double ofMany = correct(many);
            lost += 1
                    + DESKS * CORRECTIONS
                    - desk.get(one).is(200).json().get("version").asLong();
            if (round >= WARM_UP) {
                same.add(ofOne);
                others.add(ofMany);
            }
        }
        System.out.printf(
                "corrections per second by %d desks: %.0f of one patient, %.0f of one each, ratio %.2f; lost: %d of %d%n",
                DESKS, median(same), median(others), median(same) / median(others), lost, ROUNDS * DESKS * CORRECTIONS);
    }

    private String patient() {
        Map<String, Object> person =
                People.somebodyWith("phone", "+9194%08d".formatted(System.nanoTime() / 1000 % 100_000_000));
        return "/patients/" + desk.post("/patients", person).is(201).id();
    }

    /** @return how many per second */
    private double correct(List<String> patients) throws Exception {
        long start = System.nanoTime();
        try (ExecutorService desks = Executors.newFixedThreadPool(DESKS)) {
            List<Future<?>> working = new ArrayList<>();
            for (int i = 0; i < DESKS; i++) {
                String path = patients.get(i);
                working.add(desks.submit(() -> {
                    for (int n = 0; n < CORRECTIONS; n++) {
                        desk.patch(path, Map.of("email", "n" + System.nanoTime() + "@example.com"))
                                .is(200);
                    }
                }));
            }
            for (Future<?> each : working) {
                each.get();
            }
        }
        return DESKS * CORRECTIONS / ((System.nanoTime() - start) / 1e9);
    }

    private static double median(List<Double> all) {
        List<Double> sorted = all.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
