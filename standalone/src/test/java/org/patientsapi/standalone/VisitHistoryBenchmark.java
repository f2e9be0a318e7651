package org.patientsapi.standalone;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.patientsapi.standalone.Api.Answer;

/**
 * Is a patient with 1 000 visits as quick to command and to read as one with 5? Asks a running installation, in turns, so
 * that whatever else the machine does slows both alike.
 *
 * <p>{@code mvn -pl standalone -am test-compile exec:exec@measure -Dbenchmark=VisitHistory} asks the embedded default, and registers some patients there.
 */
final class VisitHistoryBenchmark {

    private static final int ROUNDS = 400;
    private static final int WARM_UP = 100;

    private VisitHistoryBenchmark() {}

    public static void main(String[] arguments) {
        Api.Client desk = new Api(arguments[0], false).as("front-desk");
        String few = patientWithVisits(desk, 5);
        String many = patientWithVisits(desk, 1000);
        Map<String, Function<String, Answer>> operations = Map.of(
                "record a visit", path -> desk.post(path + "/visits", visit(LocalDate.of(2026, 1, 1))),
                "correct the patient",
                        path -> desk.patch(path, Map.of("email", "n" + System.nanoTime() + "@example.com")),
                "read the profile", desk::get,
                "read the first visits", path -> desk.get(path + "/visits"),
                "read a hundred visits", path -> desk.get(path + "/visits?per_page=100"));
        System.out.println("| operation | 5 visits, median ms | 1 000 visits, median ms | ratio |\n|---|---|---|---|");
        operations.forEach((name, operation) -> {
            // Commands change what they measure, so the few stay few by being made anew.
            List<Double> ofFew = new ArrayList<>();
            List<Double> ofMany = new ArrayList<>();
            String fresh = few;
            for (int round = 0; round < ROUNDS; round++) {
                if (name.equals("record a visit") && round % 10 == 0) {
                    fresh = patientWithVisits(desk, 5);
                }
                ofFew.add(milliseconds(operation, fresh));
                ofMany.add(milliseconds(operation, many));
            }
            System.out.printf(
                    "| %s | %.2f | %.2f | %.2f |%n",
                    name, median(ofFew), median(ofMany), median(ofMany) / median(ofFew));
        });
    }

    private static String patientWithVisits(Api.Client desk, int visits) {
        Map<String, Object> person =
                People.somebodyWith("phone", "+9197%08d".formatted(System.nanoTime() % 100_000_000));
        String path = "/patients/" + desk.post("/patients", person).is(201).id();
        for (int i = 0; i < visits; i++) {
            desk.post(path + "/visits", visit(LocalDate.of(2020, 1, 1).plusDays(i)))
                    .is(201);
        }
        return path;
    }

    private static Map<String, Object> visit(LocalDate day) {
        return Map.of(
                "type", "OPD",
                "date", day.toString(),
                "provider", Map.of("id", "D-17", "name", "Dr Meera Nair"),
                "department", "Cardiology",
                "reason", "Review");
    }

    private static double milliseconds(Function<String, Answer> operation, String path) {
        long start = System.nanoTime();
        Answer answer = operation.apply(path);
        long taken = System.nanoTime() - start;
        if (answer.status() >= 300) {
            throw new IllegalStateException(answer.body());
        }
        return taken / 1e6;
    }

    private static double median(List<Double> all) {
        double[] sorted = all.subList(WARM_UP, all.size()).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }
}
