package org.patientsapi.benchmarks.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.benchmarks.Pause;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.sample.IndianRegister;
import org.patientsapi.sample.IndianRegister.Patient;
import tools.jackson.databind.JsonNode;

/** A made-up register as the product knows it. */
final class RegisteredPeople {

    private static final int DESKS = 16;

    /** One family in so many has twins for its first two. */
    private static final int FAMILIES_WITH_TWINS = 10;

    private final IndianRegister register;
    private final Map<String, Patient> byId = new HashMap<>();

    private RegisteredPeople(IndianRegister invented, List<Registered> registered) {
        register = invented.withPatientNumbers(
                registered.stream().map(Registered::patientNumber).toList());
        IntStream.range(0, registered.size())
                .forEach(i ->
                        byId.put(registered.get(i).id(), register.patients().get(i)));
    }

    private record Registered(String id, String patientNumber) {
        static Registered parse(String line) {
            String[] parts = line.split(" ", 2);
            return new Registered(parts[0], parts[1]);
        }

        @Override
        public String toString() {
            return id + " " + patientNumber;
        }
    }

    /**
     * Registers everybody, unless an earlier run has.
     *
     * @param list where it is noted under which numbers they were registered
     */
    static RegisteredPeople in(Product product, IndianRegister invented, Path list) {
        try {
            if (!Files.exists(list)) {
                Files.write(
                        list,
                        register(product, invented.patients()).stream()
                                .map(Registered::toString)
                                .toList());
            }
            List<Registered> registered =
                    Files.readAllLines(list).stream().map(Registered::parse).toList();
            while (product.patients() != registered.size()) {
                Pause.milliseconds(500);
            }
            return new RegisteredPeople(invented, registered);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    IndianRegister register() {
        return register;
    }

    List<Patient> people(List<String> ids) {
        return ids.stream().map(byId::get).toList();
    }

    private static List<Registered> register(Product product, List<Patient> people) {
        Registered[] registered = new Registered[people.size()];
        List<List<Integer>> families = families(people);
        try (ExecutorService desks = Executors.newFixedThreadPool(DESKS)) {
            for (int i = 0; i < families.size(); i++) {
                List<Integer> family = families.get(i);
                boolean twins = i % FAMILIES_WITH_TWINS == 0;
                desks.execute(() -> register(product, people, family, twins, registered));
            }
        }
        return List.of(registered);
    }

    private static void register(
            Product product, List<Patient> people, List<Integer> family, boolean twins, Registered[] registered) {
        for (int n = 0; n < family.size(); n++) {
            int place = family.get(n);
            boolean twin = twins && n == 1;
            LocalDate born = LocalDate.of(1940, 1, 1).plusDays((twin ? place - 1 : place) * 7919L % 31_000);
            JsonNode answer =
                    product.register(body(people.get(place), born, twin ? registered[family.getFirst()].id() : null));
            registered[place] = new Registered(
                    answer.get("id").asString(), answer.get("patient_id").asString());
        }
    }

    /** The places of those who share a phone; they stand one after the other. */
    private static List<List<Integer>> families(List<Patient> people) {
        Map<String, List<Integer>> byPhone = new LinkedHashMap<>();
        for (int i = 0; i < people.size(); i++) {
            byPhone.computeIfAbsent(people.get(i).phone(), phone -> new ArrayList<>())
                    .add(i);
        }
        return List.copyOf(byPhone.values());
    }

    private static Map<String, Object> body(Patient patient, LocalDate born, @Nullable String twinOf) {
        Map<String, Object> body = new HashMap<>();
        body.put("first_name", patient.firstName());
        if (patient.lastName() != null) {
            body.put("last_name", patient.lastName());
        }
        body.put("date_of_birth", born.toString());
        body.put("gender", "unknown");
        body.put("phone", patient.phone());
        Map<String, Object> identifiers = new HashMap<>();
        if (patient.abhaNumber() != null) {
            identifiers.put("abha_id", patient.abhaNumber());
        }
        if (patient.abhaAddress() != null) {
            identifiers.put("abha_address", patient.abhaAddress());
        }
        body.put("identifiers", identifiers);
        if (twinOf != null) {
            body.put("duplicate_override", Map.of("reason", "twin", "of", twinOf));
        }
        return body;
    }
}
