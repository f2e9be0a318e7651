package org.patientsapi.platform.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Set;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.EventBus;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.testbackends.TestBackends;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.dao.DuplicateKeyException;

/** What silently was something else the first time this was tried on Spring Boot 4. */
class EventStoreWiringTest {

    @TempDir
    static Path folder;

    private static Node node;

    @BeforeAll
    static void start() {
        node = Node.start(TestBackends.freshDatabase(), folder.resolve("vault.json"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void events_go_to_our_table_within_springs_transactions() {
        assertThat(node.bean(EventBus.class)).isInstanceOf(PatientEventStore.class);
        assertThat(node.bean(Configuration.class).eventStore()).isSameAs(node.bean(EventBus.class));
        assertThat(node.bean(EventStorageEngine.class)).isInstanceOf(PatientEventStorageEngine.class);
        assertThat(node.bean(TransactionManager.class)).isInstanceOf(SpringTransactionManager.class);
        assertThat(node.bean(Configuration.class).getComponent(TransactionManager.class))
                .isSameAs(node.bean(TransactionManager.class));
        assertThat(node.bean(TokenStore.class)).isInstanceOf(JdbcTokenStore.class);
        assertThat(node.bean(CommandBus.class)).isInstanceOf(SimpleCommandBus.class);
    }

    @Test
    void the_other_nodes_are_still_told_of_what_is_committed_while_the_web_server_finishes() {
        assertThat(node.context().getBeansOfType(ConnectedThread.class).values())
                .hasSize(2)
                .allMatch(thread -> thread.getPhase() < WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
    }

    @Test
    void everything_is_json() {
        Configuration axon = node.bean(Configuration.class);

        assertThat(axon.eventSerializer()).isInstanceOf(EventSerializer.class);
        assertThat(axon.serializer()).isExactlyInstanceOf(Jackson3Serializer.class);
        assertThat(axon.messageSerializer()).isExactlyInstanceOf(Jackson3Serializer.class);
        assertThat(node.context().containsBean("defaultAxonXStream")).isFalse();
    }

    @Test
    void nothing_phones_home_and_nothing_watches_each_handler() {
        assertThat(node.context().getEnvironment().getProperty("axon.update-check.disabled"))
                .isEqualTo("true");
        assertThat(node.context().containsBean("axonTimeoutConfigurerModule")).isFalse();
    }

    @Test
    void every_connection_ends_its_transactions_before_readers_give_up_a_gap() {
        assertThat(node.sql()
                        .sql("show transaction_timeout")
                        .query(String.class)
                        .single())
                .isEqualTo("40s");
        assertThat(node.sql().sql("show statement_timeout").query(String.class).single())
                .isEqualTo("30s");
        assertThat(node.sql()
                        .sql("show idle_in_transaction_session_timeout")
                        .query(String.class)
                        .single())
                .isEqualTo("20s");
    }

    @Test
    void a_violated_constraint_does_not_quote_the_values() {
        String insert = "insert into identity_claim (kind, hash, patient_id) values ('phone', '\\x0102',"
                + " '01938c5e-0f6a-7c1b-9d3e-2f4a5b6c7d8e')";
        node.sql().sql(insert).update();

        assertThatThrownBy(() -> node.sql().sql(insert).update())
                .isInstanceOf(DuplicateKeyException.class)
                .rootCause()
                .message()
                .contains("identity_claim_pkey")
                .doesNotContain("x0102");
    }

    @Test
    void the_token_of_a_replay_can_be_stored_and_read_back() {
        TokenStore tokens = node.bean(TokenStore.class);
        TrackingToken replay = ReplayToken.createReplayToken(
                GapAwareTrackingToken.newInstance(9, Set.of(7L)), GapAwareTrackingToken.newInstance(0, Set.of()));

        TrackingToken read = node.inTransaction(() -> {
            tokens.initializeTokenSegments("wiring", 1, replay);
            return tokens.fetchToken("wiring", 0);
        });

        assertThat(read).isEqualTo(replay);
    }
}
