package org.patientsapi.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.transport.ElasticsearchTransportBase;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** A search engine that asks for a login, behind a certificate of an authority that only this installation knows. */
@ExtendWith(OutputCaptureExtension.class)
class SecuredEngineTest {

    private static final String SECRET = "s3cret-of-the-engine";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("patients:" + SECRET).getBytes(UTF_8));

    @TempDir
    private static Path folder;

    private static HttpsServer engine;

    /** Of each request in turn; the text "null" where it had none. */
    private static final Queue<String> LOGINS = new ConcurrentLinkedQueue<>();

    private static volatile String wanted = BASIC;
    private static volatile int refusal = 401;

    @BeforeAll
    static void start() throws Exception {
        Path store = folder.resolve("engine.p12");
        keytool(
                "-genkeypair -alias engine -keyalg EC -dname CN=engine -ext san=dns:localhost -storetype PKCS12 -keystore "
                        + store);
        keytool("-exportcert -rfc -alias engine -keystore " + store + " -file " + folder.resolve("authority.pem"));
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        engine = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.setHttpsConfigurator(new HttpsConfigurator(tls));
        engine.createContext("/", SecuredEngineTest::answer);
        engine.start();
    }

    private static void keytool(String arguments) throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of(keytool, "-storepass", "changeit"), Stream.of(arguments.split(" ")))
                                .toList())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    /** As the engine does: an answer names the product, a refusal the ways to log in. */
    private static void answer(HttpExchange exchange) throws IOException {
        try (InputStream request = exchange.getRequestBody()) {
            request.readAllBytes();
        }
        String login = exchange.getRequestHeaders().getFirst("Authorization");
        LOGINS.add(String.valueOf(login));
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        boolean known = wanted.equals(login);
        if (known) {
            exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
        } else {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"security\", charset=\"UTF-8\"");
            exchange.getResponseHeaders().add("WWW-Authenticate", "ApiKey");
        }
        String body = known
                ? "{\"count\":1,\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}}"
                : "{\"error\":{\"type\":\"security_exception\",\"reason\":\"refused\"},\"status\":" + refusal + "}";
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(known ? 200 : refusal, head ? -1 : body.length());
        if (!head) {
            exchange.getResponseBody().write(body.getBytes(UTF_8));
        }
        exchange.close();
    }

    @BeforeEach
    void reset() {
        wanted = BASIC;
        refusal = 401;
        LOGINS.clear();
    }

    @AfterAll
    static void stop() {
        engine.stop(0);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ElasticsearchProperties.class)
    @ImportAutoConfiguration(SslAutoConfiguration.class)
    static class Clients {

        @Bean
        ElasticsearchClient client(ElasticsearchProperties properties, SslBundles bundles) {
            return new QuerySideConfiguration().elasticsearchClient(properties, bundles, JsonMapper.shared());
        }

        @Bean
        PatientIndex index(ElasticsearchClient client) {
            return new QuerySideConfiguration().patientIndex(client, JsonMapper.shared());
        }

        @Bean
        Tombstones tombstones(ElasticsearchClient client) {
            return new Tombstones(client);
        }
    }

    private static ConfigurableApplicationContext node(String... properties) {
        return new SpringApplicationBuilder(Clients.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "patients.elasticsearch.uris=https://localhost:"
                                + engine.getAddress().getPort(),
                        "patients.elasticsearch.ssl.bundle=engine",
                        "spring.ssl.bundle.pem.engine.truststore.certificate=" + folder.resolve("authority.pem"))
                .properties(properties)
                .run();
    }

    private static final String[] LOGIN = {
        "patients.elasticsearch.username=patients", "patients.elasticsearch.password=" + SECRET
    };

    @Test
    void every_request_is_logged_in_whoever_waits_for_it_and_after_the_client_was_made_anew(CapturedOutput output) {
        try (ConfigurableApplicationContext node = node(LOGIN)) {
            assertThat(node.getBean(Tombstones.class).isThere()).isTrue();
            // By the client that gives up soon, which a first handshake on a slow machine outlasts.
            await().until(node.getBean(PatientIndex.class)::answers);
            ElasticsearchClient client = node.getBean(ElasticsearchClient.class);
            RenewedHttpClient http =
                    (RenewedHttpClient) ((ElasticsearchTransportBase) client._transport()).httpClient();
            http.performRequestAsync("search", null, RenewedHttpClientTest.deadly(), http.createOptions(null));
            await().ignoreExceptions().untilAsserted(() -> {
                assertThat(client.count().count()).isEqualTo(1);
                assertThat(output).contains("is made anew");
            });
        }
        assertThat(LOGINS).hasSizeGreaterThan(2).containsOnly(BASIC);
    }

    @Test
    void an_api_key_is_sent_as_the_engine_encoded_it() {
        wanted = "ApiKey " + SECRET;
        try (ConfigurableApplicationContext node = node("patients.elasticsearch.api-key=" + SECRET)) {
            assertThat(node.getBean(Tombstones.class).isThere()).isTrue();
        }
        assertThat(LOGINS).containsExactly(wanted);
    }

    @ParameterizedTest
    @CsvSource({"401", "403"})
    void a_refused_login_is_an_engine_that_is_away_and_says_so_once_per_call(int status, CapturedOutput output) {
        refusal = status;
        try (ConfigurableApplicationContext node =
                node("patients.elasticsearch.username=patients", "patients.elasticsearch.password=other-" + SECRET)) {
            Tombstones calls = node.getBean(Tombstones.class);
            assertThatThrownBy(() -> calls.isThere()).isInstanceOf(StoreUnavailable.class);
            assertThatThrownBy(() -> calls.missing(List.of("1"))).isInstanceOf(StoreUnavailable.class);
        }
        assertThat(LOGINS).hasSize(2);
        assertThat(output.toString().split("The search engine refused the login", -1))
                .hasSize(3);
        assertThat(output).doesNotContain(SECRET, "did not answer");
    }

    @Test
    void nobody_is_logged_in_to_an_engine_whose_certificate_is_unknown_or_of_another_host(CapturedOutput output) {
        for (String other : List.of(
                "patients.elasticsearch.ssl.bundle=",
                "patients.elasticsearch.uris=https://127.0.0.1:"
                        + engine.getAddress().getPort())) {
            try (ConfigurableApplicationContext node =
                    node(Stream.concat(Stream.of(LOGIN), Stream.of(other)).toArray(String[]::new))) {
                assertThatThrownBy(() -> node.getBean(Tombstones.class).isThere())
                        .isInstanceOf(StoreUnavailable.class);
            }
        }
        assertThat(LOGINS).isEmpty();
        assertThat(output).contains("SSLHandshakeException").doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "username=patients, belong together",
        "password=s3cret-of-the-engine, belong together",
        "username=patients password=s3cret-of-the-engine api-key=s3cret-of-the-engine, mutually exclusive",
        "password=s3cret-of-the-engine api-key=s3cret-of-the-engine, mutually exclusive",
        "username= password= uris=, The search engine has no address"
    })
    void what_is_no_login_refuses_the_start_and_is_not_quoted(String set, String sentence, CapturedOutput output) {
        String[] properties = Stream.of(set.split(" "))
                .map(each -> "patients.elasticsearch." + each)
                .toArray(String[]::new);

        assertThatThrownBy(() -> node(properties).close()).isInstanceOf(RuntimeException.class);

        assertThat(output).contains("APPLICATION FAILED TO START", sentence).doesNotContain(SECRET);
    }

    @Test
    void the_settings_do_not_tell_the_secrets() {
        assertThat(new ElasticsearchProperties(
                        List.of(), "patients", SECRET, SECRET, new ElasticsearchProperties.Ssl(null)))
                .asString()
                .doesNotContain(SECRET);
    }
}
