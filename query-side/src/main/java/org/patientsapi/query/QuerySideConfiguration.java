package org.patientsapi.query;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.apache.hc.core5.util.Timeout;
import org.axonframework.config.Configuration;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.messaging.StreamableMessageSource;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Wires the projection and what reads from it. */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class QuerySideConfiguration {

    /** One bulk of this many small documents is where throughput stops growing. */
    private static final int BATCH = 1000;

    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(1);

    /** Well below the 20 s after which PostgreSQL ends the idle transaction of a batch that waits for its bulk. */
    private static final Timeout RESPONSE_TIMEOUT = Timeout.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(QuerySideConfiguration.class);

    @Bean
    ElasticsearchClient elasticsearchClient(@Value("${patients.elasticsearch.uris}") List<URI> uris, JsonMapper json) {
        Rest5Client http = Rest5Client.builder(uris)
                .setConnectionConfigCallback(connection -> connection.setConnectTimeout(CONNECT_TIMEOUT))
                .setRequestConfigCallback(request -> request.setResponseTimeout(RESPONSE_TIMEOUT))
                .build();
        return new ElasticsearchClient(new Rest5ClientTransport(http, new Jackson3JsonpMapper(json)));
    }

    @Bean
    PatientIndex patientIndex(ElasticsearchClient client) {
        return new PatientIndex(client);
    }

    @Bean
    ParkedPatients parkedPatients(JdbcClient jdbc, Clock clock) {
        return new ParkedPatients(jdbc, clock);
    }

    @Bean
    PatientProjector patientProjector(PatientIndex index, PatientHistory history, ParkedPatients parked) {
        return new PatientProjector(index, history, parked);
    }

    @Bean
    PatientQueries patientQueries(PatientIndex index, PatientHistory history, RecentCommits recentCommits) {
        return new PatientQueries(index, history, recentCommits);
    }

    /** So that an empty register can be searched; where the engine is away, the first projected event makes up for it. */
    @Bean
    ApplicationRunner index(PatientIndex index) {
        return arguments -> {
            try {
                index.createIfAbsent();
            } catch (StoreUnavailable away) {
                LOG.warn("The search engine is away; the index is made when it is back");
            }
        };
    }

    /** Tracking rather than pooled: that one looks for events twice a second, this one is woken by the commit. */
    @Bean
    ConfigurerModule projection() {
        return configurer -> configurer
                .eventProcessing()
                .registerTrackingEventProcessor(
                        PatientProjector.PROCESSOR,
                        Configuration::eventStore,
                        configuration -> TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                                .andInitialTrackingToken(StreamableMessageSource::createTailToken)
                                .andBatchSize(BATCH))
                // Axon's default logs a failure and goes on to the next event.
                .registerListenerInvocationErrorHandler(
                        PatientProjector.PROCESSOR, configuration -> PropagatingErrorHandler.instance());
    }
}
