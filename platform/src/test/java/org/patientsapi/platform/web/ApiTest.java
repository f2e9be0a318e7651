package org.patientsapi.platform.web;

import static org.patientsapi.platform.security.TestIssuer.ISSUER;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests over real HTTP against a real Tomcat with everything the deployables import, and a controller of the tests. */
@SpringBootTest(
        classes = ThingsApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "patients.rate-limit.requests=100000")
public abstract class ApiTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    protected static final String ALL = "patients:read patients:write";

    @Value("${local.server.port}")
    protected int port;

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry registry) {
        registry.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", ISSUER::url);
    }

    /** A request of a client that may do everything. */
    protected HttpRequest.Builder call(String path) {
        return anonymous(path).header("Authorization", "Bearer " + ISSUER.token(ALL));
    }

    protected HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    protected HttpResponse<String> get(String path) {
        return send(call(path));
    }

    protected HttpResponse<String> post(String path, String json) {
        return post(path, BodyPublishers.ofString(json));
    }

    protected HttpResponse<String> post(String path, BodyPublisher body) {
        return send(call(path).header("Content-Type", "application/json").POST(body));
    }

    protected static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends exactly this, for what no decent HTTP client would send, and answers what came back. */
    protected String raw(String request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return received(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String received(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (SocketTimeoutException nothingMore) {
            // The server keeps the connection open.
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    protected static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    protected static JsonNode json(String rawResponse) {
        return JSON.readTree(rawResponse.substring(rawResponse.indexOf('{'), rawResponse.lastIndexOf('}') + 1));
    }
}
