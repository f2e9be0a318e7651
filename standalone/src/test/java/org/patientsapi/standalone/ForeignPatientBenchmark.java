package org.patientsapi.standalone;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.patientsapi.standalone.Api.Answer;

/**
 * Does the time of a 404 tell a caller who is limited to a branch whether there is such a patient elsewhere? And what does it
 * cost such a caller to find out, on patients whom it may see? Asks a running installation, in turns and each round in
 * another order, so that whatever else the machine does slows all alike. A second series of missing patients tells how far
 * two series are apart that differ in nothing.
 *
 * <p>{@code mvn -pl standalone -am test-compile exec:exec@measure -Dbenchmark=ForeignPatient} asks the embedded default, and registers patients there.
 */
final class ForeignPatientBenchmark {

    private static final int ROUNDS = 500;
    private static final int WARM_UP = 100;

    private ForeignPatientBenchmark() {}

    /** An operation on the patient at a path. */
    private interface Operation extends BiFunction<Api.Client, String, Answer> {}

    public static void main(String[] arguments) {
        Api api = new Api(arguments[0], false);
        Api.Client everywhere = api.as("front-desk");
        Api.Client ofBangalore = api.as("front-desk-blr");
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put("GET the profile", Api.Client::get);
        operations.put("GET the visits", (desk, path) -> desk.get(path + "/visits"));
        operations.put(
                "PATCH the patient",
                (desk, path) -> desk.patch(path, Map.of("email", "n" + System.nanoTime() + "@example.com")));
        operations.put("POST a visit", (desk, path) -> desk.post(path + "/visits", VISIT));

        // Each is asked once per operation, as an attacker would ask: nothing of it is in any cache.
        List<String> foreign = patients(everywhere, "MUM", ROUNDS);
        System.out.println(
                "| answered 404 | missing, median and p99 ms | foreign, median and p99 ms | ratio of the medians, of the p99"
                        + " | the same of two series of missing ones |\n|---|---:|---:|---:|---:|");
        operations.forEach((name, operation) -> {
            Series missing = new Series(() -> answered(404, operation, ofBangalore, nobody()));
            Series others = new Series(() -> answered(404, operation, ofBangalore, nobody()));
            List<String> unasked = new ArrayList<>(foreign);
            Series elsewhere = new Series(() -> answered(404, operation, ofBangalore, unasked.removeLast()));
            inTurns(List.of(missing, elsewhere, others));
            System.out.printf(
                    "| %s | %s | %s | %s | %s |%n",
                    name, missing, elsewhere, elsewhere.against(missing), others.against(missing));
        });

        System.out.println(
                "\n| answered 200 or 201 | caller of all branches, median and p99 ms | of one, median and p99 ms"
                        + " | ratio of the medians, of the p99 |\n|---|---:|---:|---:|");
        operations.forEach((name, operation) -> {
            List<String> ofOne = patients(everywhere, "BLR", ROUNDS);
            List<String> ofAll = patients(everywhere, "BLR", ROUNDS);
            for (boolean again : List.of(false, true)) {
                Iterator<String> one = ofOne.iterator();
                Iterator<String> all = ofAll.iterator();
                Series unlimited = new Series(() -> answered(200, operation, everywhere, all.next()));
                Series limited = new Series(() -> answered(200, operation, ofBangalore, one.next()));
                inTurns(List.of(unlimited, limited));
                System.out.printf(
                        "| %s, %s | %s | %s | %s |%n",
                        name,
                        again ? "once more" : "for the first time",
                        unlimited,
                        limited,
                        limited.against(unlimited));
            }
        });
    }

    private static final Map<String, Object> VISIT =
            Map.of("type", "OPD", "date", "2026-01-01", "provider", Map.of("name", "Dr Meera Nair"));

    /** Each with a visit. */
    private static List<String> patients(Api.Client desk, String branch, int many) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Map<String, Object> person = People.somebodyWith(
                    "branch_id", branch, "phone", "+9196%08d".formatted(System.nanoTime() / 1000 % 100_000_000));
            String path = "/patients/" + desk.post("/patients", person).is(201).id();
            desk.post(path + "/visits", VISIT).is(201);
            paths.add(path);
        }
        return paths;
    }

    private static String nobody() {
        return "/patients/" + UuidCreator.getTimeOrderedEpoch();
    }

    private static void inTurns(List<Series> series) {
        List<Series> turns = new ArrayList<>(series);
        for (int round = 0; round < ROUNDS; round++) {
            Collections.shuffle(turns);
            for (Series each : turns) {
                each.ask(round >= WARM_UP);
            }
        }
    }

    /** @param status 200 stands for 201 too */
    private static void answered(int status, Operation operation, Api.Client desk, String path) {
        Answer answer = operation.apply(desk, path);
        if (answer.status() / 100 * 100 != status / 100 * 100) {
            throw new IllegalStateException(answer.body());
        }
    }

    private static final class Series {

        private final Runnable call;
        private final List<Double> milliseconds = new ArrayList<>();

        Series(Runnable call) {
            this.call = call;
        }

        void ask(boolean counts) {
            long start = System.nanoTime();
            call.run();
            double taken = (System.nanoTime() - start) / 1e6;
            if (counts) {
                milliseconds.add(taken);
            }
        }

        double quantile(double part) {
            return milliseconds.stream()
                    .sorted()
                    .skip((long) (milliseconds.size() * part))
                    .findFirst()
                    .orElseThrow();
        }

        String against(Series measure) {
            return "%.2f, %.2f"
                    .formatted(quantile(0.5) / measure.quantile(0.5), quantile(0.99) / measure.quantile(0.99));
        }

        @Override
        public String toString() {
            return "%.2f, %.2f".formatted(quantile(0.5), quantile(0.99));
        }
    }
}
