package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.patientsapi.benchmarks.Json;
import org.patientsapi.sample.IndianRegister;

/** Who is registered, and who comes next. */
final class People {

    private static final long SEED = 4_711;
    private static final int NAMES = 200_000;

    /** Phones and birthdays of different numbers differ: a prime, and a step that is none of its multiples. */
    private static final long PHONES = 999_999_937;

    private static final long STEP = 123_456_791;
    private static final int BIRTHDAYS = 30_000;

    /** So many at most were registered in a run that was broken off, and are not noted: far more than call at a time. */
    private static final int PERHAPS_REGISTERED = 10_000;

    private final List<IndianRegister.Patient> names = new IndianRegister(SEED, NAMES).patients();
    private final List<Person> registered = new ArrayList<>();
    private final AtomicLong next;
    private final Writer list;

    /** @param list where those are noted who were registered, in this run and earlier ones */
    People(Path list) {
        try {
            if (Files.exists(list)) {
                Files.readAllLines(list).stream().map(Person::parse).forEach(registered::add);
            }
            this.list = Files.newBufferedWriter(list, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        next = new AtomicLong(
                registered.stream().mapToLong(Person::number).max().orElse(0) + PERHAPS_REGISTERED + 1);
    }

    /** @param number from which the name, phone and birthday are made */
    record Person(long number, String id, String patientNumber) {
        private static Person parse(String line) {
            String[] parts = line.split(" ", -1);
            return new Person(Long.parseLong(parts[0]), parts[1], parts[2]);
        }

        @Override
        public String toString() {
            return number + " " + id + " " + patientNumber;
        }
    }

    long newcomer() {
        return next.getAndIncrement();
    }

    /** Notes at once who it is: a run that fails or is broken off does not lose a register that was hours in the making. */
    synchronized void add(Person person) {
        registered.add(person);
        try {
            list.write(person + "\n");
            list.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized int count() {
        return registered.size();
    }

    synchronized Person any() {
        return anyOfFirst(registered.size());
    }

    /** @param count of those who were registered first */
    synchronized Person anyOfFirst(int count) {
        return registered.get(ThreadLocalRandom.current().nextInt(count));
    }

    synchronized Person first() {
        return registered.getFirst();
    }

    String name(long number) {
        return named(number).name();
    }

    static String phone(long number) {
        return "+919" + "%09d".formatted(number * STEP % PHONES);
    }

    /** The manual's example, with another person in it. */
    byte[] body(long number) {
        IndianRegister.Patient named = named(number);
        String last = named.lastName() == null ? "Kumar" : named.lastName();
        return Json.MAPPER
                .writeValueAsString(Map.of(
                        "first_name",
                        named.firstName(),
                        "last_name",
                        last,
                        "date_of_birth",
                        LocalDate.of(1940, 1, 1)
                                .plusDays(number * 7919 % BIRTHDAYS)
                                .toString(),
                        "gender",
                        number % 2 == 0 ? "female" : "male",
                        "phone",
                        phone(number),
                        "email",
                        "patient" + number + "@example.com",
                        "address",
                        Map.of(
                                "line1", number % 300 + " Hill Road",
                                "city", "Mumbai",
                                "state", "Maharashtra",
                                "pincode", "400001"),
                        "blood_group",
                        "B+"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private IndianRegister.Patient named(long number) {
        return names.get((int) (number % NAMES));
    }
}
