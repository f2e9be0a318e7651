package org.patientsapi.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import org.patientsapi.standalone.Api.Answer;
import tools.jackson.databind.JsonNode;

/** A consumer of the feed, which keeps its cursor from one reading to the next. */
final class FeedReader {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Api.Client client;
    private String next;

    private FeedReader(Api.Client client, String next) {
        this.client = client;
        this.next = next;
    }

    /** @param parameters such as {@code types=patient.registered}, or none */
    static FeedReader fromTheBeginning(Api api, Api.Client client, String parameters) {
        return new FeedReader(client, api.address() + "/api/v1/events?limit=1000&" + parameters);
    }

    /** One that stopped at this cursor. */
    static FeedReader after(Api api, Api.Client client, String cursor) {
        return fromTheBeginning(api, client, "after=" + cursor);
    }

    /** One that has read all that there is. */
    static FeedReader fromNow(Api api, Api.Client client, String parameters) {
        FeedReader reader = fromTheBeginning(api, client, parameters);
        reader.rest();
        return reader;
    }

    Answer page() {
        Answer answer = client.get(next).is(200);
        next = answer.link("next").orElseThrow();
        return answer;
    }

    /** Everything that there is behind the cursor. */
    List<JsonNode> rest() {
        List<JsonNode> events = new ArrayList<>();
        String before;
        do {
            before = next;
            page().json().forEach(events::add);
        } while (!next.equals(before));
        return events;
    }

    /** The events from the cursor on until there are so many, as they come. */
    List<JsonNode> await(int count) {
        List<JsonNode> events = new ArrayList<>();
        while (events.size() < count) {
            Answer answer = client.get(next + "&wait=10").is(200);
            next = answer.link("next").orElseThrow().replace("&wait=10", "");
            answer.json().forEach(events::add);
            if (answer.json().isEmpty()) {
                throw new AssertionError("only " + events + " came");
            }
        }
        return events;
    }

    String cursor() {
        return next.replaceFirst(".*[?&]after=([^&]+).*", "$1");
    }

    /** @return the body of the answer, which does not end by itself */
    static HttpResponse<InputStream> open(Api api, String token, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.address() + "/api/v1" + path))
                .header("Authorization", "Bearer " + token);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One message of a stream: its lines, without the empty one that ends it. */
    static List<String> message(Scanner stream) {
        List<String> lines = new ArrayList<>();
        for (String line = stream.nextLine(); !line.isEmpty(); line = stream.nextLine()) {
            lines.add(line);
        }
        return lines;
    }

    /** The next message that has an event: its cursor and its data. */
    static List<String> event(Scanner stream) {
        List<String> message = message(stream);
        while (message.size() < 2) {
            message = message(stream);
        }
        return message;
    }

    static JsonNode data(List<String> message) {
        return Api.JSON.readTree(message.getLast().substring("data: ".length()));
    }

    static Scanner lines(InputStream body) {
        return new Scanner(body, StandardCharsets.UTF_8);
    }
}
