package org.patientsapi.query;

import static org.apache.hc.core5.http.HttpHeaders.AUTHORIZATION;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransportBase;
import co.elastic.clients.transport.rest5_client.Rest5ClientOptions;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.Timeout;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.vault.PatientKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.databind.json.JsonMapper;

/** Wires the projection and what reads from it. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties({ElasticsearchProperties.class, IndexProperties.class})
class QuerySideConfiguration {

    /**
     * The most events of a batch, which holds the documents of all their patients, up to 370 KB each, and has 40 s until
     * PostgreSQL ends its transaction.
     */
    private static final int BATCH = 200;

    /**
     * The stretches of a run over all patients that are worked on at a time. Each takes a connection to PostgreSQL and some 8 MB of events:
     * of the pool's ten connections half are left to those who are served meanwhile, however many processors there are.
     */
    private static final int STRETCHES = Math.min(Runtime.getRuntime().availableProcessors() + 1, 5);

    /** To each node of the engine: for a run, for the projection, and for ten others, so that none of them waits for a bulk. */
    private static final int CONNECTIONS = STRETCHES + 1 + 10;

    /**
     * With the next two below the 20 s after which PostgreSQL ends the idle transaction of a batch: between its read and its
     * bulk, that asks PostgreSQL something.
     */
    private static final Timeout FREE_CONNECTION_TIMEOUT = Timeout.ofSeconds(5);

    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(1);

    private static final Timeout RESPONSE_TIMEOUT = Timeout.ofSeconds(10);

    /** Of what somebody waits for, a little longer than they do. */
    private static final Timeout AWAITED_TIMEOUT = Timeout.ofSeconds(2);

    /** A node that has just started makes an index only after everything else that it has to do then. */
    private static final Timeout UPKEEP_TIMEOUT = Timeout.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(QuerySideConfiguration.class);

    @Bean
    ElasticsearchClient elasticsearchClient(ElasticsearchProperties properties, SslBundles bundles, JsonMapper json) {
        List<URI> uris = properties.uris();
        String authorization = properties.authorization();
        Header[] headers = authorization == null
                ? new Header[0]
                : new Header[] {new BasicHeader(AUTHORIZATION, authorization, true)};
        String bundle = properties.ssl().bundle();
        SslBundle ssl = bundle == null ? SslBundle.systemDefault() : bundles.getBundle(bundle);
        RenewedHttpClient http = new RenewedHttpClient(threads -> httpClient(uris, headers, ssl, threads));
        return new ElasticsearchClient(
                new ElasticsearchTransportBase(http, http.createOptions(null), new Jackson3JsonpMapper(json)) {});
    }

    private static Rest5Client httpClient(List<URI> uris, Header[] headers, SslBundle ssl, ThreadFactory threads) {
        TlsStrategy tls = new DefaultClientTlsStrategy(
                ssl.createSslContext(),
                ssl.getOptions().getEnabledProtocols(),
                ssl.getOptions().getCiphers(),
                SSLBufferMode.STATIC,
                new DefaultHostnameVerifier());
        return Rest5Client.builder(uris)
                .setDefaultHeaders(headers)
                .setConnectionConfigCallback(connection -> connection.setConnectTimeout(CONNECT_TIMEOUT))
                .setConnectionManagerCallback(connections -> connections
                        .setTlsStrategy(tls)
                        .setMaxConnPerRoute(CONNECTIONS)
                        .setMaxConnTotal(CONNECTIONS * uris.size()))
                .setRequestConfigCallback(request -> request.setConnectionRequestTimeout(FREE_CONNECTION_TIMEOUT)
                        .setResponseTimeout(RESPONSE_TIMEOUT))
                // To pack and unpack an answer costs both sides more than to send it across a data centre.
                .setHttpClientConfigCallback(client -> client.setThreadFactory(threads)
                        .disableContentCompression()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableRedirectHandling())
                .build();
    }

    @Bean
    PatientIndex patientIndex(ElasticsearchClient client, JsonMapper json) {
        return new PatientIndex(
                client, new ElasticsearchAsyncClient(client._transport(), withTimeout(client, AWAITED_TIMEOUT)), json);
    }

    @Bean
    IndexGenerations indexGenerations(ElasticsearchClient client, IndexProperties properties) {
        return new IndexGenerations(
                client.withTransportOptions(withTimeout(client, UPKEEP_TIMEOUT)), properties.replicas());
    }

    private static Rest5ClientOptions withTimeout(ElasticsearchClient client, Timeout timeout) {
        Rest5ClientOptions usual = Rest5ClientOptions.of(client._transport().options());
        RequestConfig request = RequestConfig.custom()
                .setResponseTimeout(timeout)
                .setConnectionRequestTimeout(timeout)
                .build();
        return new Rest5ClientOptions(
                usual.restClientRequestOptions().toBuilder()
                        .setRequestConfig(request)
                        .build(),
                usual.keepResponseBodyOnException());
    }

    @Bean
    IndexKeeper indexKeeper(
            DataSource dataSource,
            ElasticsearchClient client,
            JsonMapper json,
            IndexGenerations generations,
            PatientKeys register,
            PatientIndex index,
            PatientHistory history,
            ParkedPatients parked,
            IndexRuns runs,
            ErasedPatients erasedPatients,
            IndexProperties properties) {
        PatientWalk walk = new PatientWalk(history, runs, parked, properties.stretch(), STRETCHES);
        return new IndexKeeper(
                dataSource,
                generations,
                register,
                runs,
                new Rebuild(generations, index, history, parked, runs, walk, erasedPatients),
                new DriftCheck(new IndexInspection(client, json), index, history, parked, runs, walk),
                parked,
                properties.lookAfterEvery(),
                properties.searchGrace());
    }

    /**
     * Before the start is over and before whatever else is run then, so that an empty register can be searched when its first
     * patients come; where the engine is away, later.
     */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ApplicationRunner index(IndexKeeper keeper, ErasedPatients erasedPatients, PatientQueries queries) {
        return arguments -> {
            try {
                if (keeper.prepare()) {
                    erasedPatients.ensureAllHidden();
                    queries.warmUp();
                }
            } catch (StoreUnavailable away) {
                LOG.warn("The search engine is away; the index is made when it is back");
            }
        };
    }

    @Bean
    ConfigurerModule projection() {
        return configurer -> configurer
                .eventProcessing()
                .registerEventProcessor(
                        PatientProjector.PROCESSOR,
                        (name, axon, handlers) -> PromptProcessor.of(name, axon, handlers, BATCH))
                // Axon's default logs a failure and goes on to the next event.
                .registerListenerInvocationErrorHandler(
                        PatientProjector.PROCESSOR, configuration -> PropagatingErrorHandler.instance());
    }
}
