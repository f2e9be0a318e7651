package org.patientsapi.benchmarks.load;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.patientsapi.benchmarks.Json;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.load.Load.Clients;
import org.patientsapi.benchmarks.load.People.Person;
import org.patientsapi.benchmarks.load.Wire.Answer;
import tools.jackson.databind.JsonNode;

/** What a front desk calls, each as a client of one connection. */
final class Operations {

    private static final List<String> BLOOD_GROUPS = List.of("A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-");

    private final Product product;
    private final People people;

    Operations(Product product, People people) {
        this.product = product;
        this.people = people;
    }

    private Clients each(Consumer<Wire> call) {
        return Clients.over(product.port(), call);
    }

    Clients register() {
        return each(this::register);
    }

    Clients correct() {
        return each(wire -> correct(wire, people.any()));
    }

    /** Everybody corrects the same one patient. */
    Clients correctOne() {
        Person one = people.first();
        return each(wire -> correct(wire, one));
    }

    /** What every call takes before anything is done for it: HTTP, the token's check, the call's metrics and log. */
    Clients nothing() {
        return each(wire -> expect(200, wire.send("OPTIONS", "/api/v1/patients", bearer(), null)));
    }

    Clients read() {
        return each(wire -> read(wire, people.any().id()));
    }

    Clients list() {
        return each(wire -> get(wire, "/api/v1/patients"));
    }

    Clients search(Text text) {
        return each(wire -> search(wire, text));
    }

    /** Of ten calls eight read (four by id, three searches, one list) and two write. */
    Clients mixed() {
        return each(wire -> {
            switch (ThreadLocalRandom.current().nextInt(10)) {
                case 0 -> register(wire);
                case 1 -> correct(wire, people.any());
                case 2 -> get(wire, "/api/v1/patients");
                case 3 -> search(wire, Text.NAME);
                case 4 -> search(wire, Text.PHONE);
                case 5 -> search(wire, Text.NUMBER);
                default -> read(wire, people.any().id());
            }
        });
    }

    /** What is typed into the search box. */
    enum Text {
        NAME,
        PHONE,
        NUMBER
    }

    String text(Text kind) {
        Person person = people.any();
        return switch (kind) {
            case NAME -> people.name(person.number());
            case PHONE -> People.phone(person.number());
            case NUMBER -> person.patientNumber();
        };
    }

    /** With an {@code Idempotency-Key}, as the documents advise. */
    Person register(Wire wire) {
        long number = people.newcomer();
        Answer answer = expect(
                201,
                wire.send(
                        "POST",
                        "/api/v1/patients",
                        bearer() + "Idempotency-Key: " + UUID.randomUUID() + "\r\n",
                        people.body(number)));
        JsonNode made = Json.MAPPER.readTree(answer.body());
        Person person = new Person(
                number, made.get("id").asString(), made.get("patient_id").asString());
        people.add(person);
        return person;
    }

    Answer correct(Wire wire, Person person) {
        int random = ThreadLocalRandom.current().nextInt(1_000_000);
        byte[] body = ("{\"blood_group\":\"" + BLOOD_GROUPS.get(random % BLOOD_GROUPS.size())
                        + "\",\"address\":{\"line2\":\"Flat " + random + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
        return expect(200, wire.send("PATCH", "/api/v1/patients/" + person.id(), bearer(), body));
    }

    Answer read(Wire wire, String id) {
        return get(wire, "/api/v1/patients/" + id);
    }

    /** Tells which version is known, so that no older one is answered. */
    Answer readNewerThan(Wire wire, String id, long version) {
        return expect(
                200,
                wire.send("GET", "/api/v1/patients/" + id, bearer() + "If-None-Match: \"" + version + "\"\r\n", null));
    }

    private void search(Wire wire, Text kind) {
        search(wire, text(kind));
    }

    Answer search(Wire wire, String text) {
        return get(wire, "/api/v1/patients?search=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
    }

    Answer get(Wire wire, String path) {
        return expect(200, wire.send("GET", path, bearer(), null));
    }

    private String bearer() {
        return "Authorization: Bearer " + product.token() + "\r\n";
    }

    static Answer expect(int status, Answer answer) {
        if (answer.status() != status) {
            throw new IllegalStateException("answered " + answer.status() + ", not " + status + ": " + answer.text());
        }
        return answer;
    }
}
