package org.patientsapi.query.feed;

import com.github.f4b6a3.uuid.UuidCreator;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.eventstore.HomeBranch;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.testbackends.TestDatabase;
import org.patientsapi.values.Address;
import org.patientsapi.values.ErasureReason;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A node that has the event store and the feed, and nothing else: started as a process of its own, it can be killed. */
final class FeedNode implements AutoCloseable {

    /** Not found by a scan, since it is no component: other tests start the whole query side. */
    @EnableAutoConfiguration
    @Import(FeedConfiguration.class)
    static class Application {
        @Bean
        ZoneId hospitalZone() {
            return ZoneId.of("Asia/Kolkata");
        }
    }

    private final ConfigurableApplicationContext context;

    private FeedNode(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** @param arguments properties, as on a command line */
    public static void main(String[] arguments) throws InterruptedException {
        start(arguments);
        // All other threads end with this one.
        Thread.currentThread().join();
    }

    /** @param more besides those of its database and its vault */
    static String[] settings(TestDatabase database, Path vault, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--spring.datasource.url=" + database.jdbcUrl(),
                                "--spring.datasource.username="
                                        + database.application().user(),
                                "--spring.datasource.password="
                                        + database.application().password(),
                                "--spring.flyway.user=" + database.owner().user(),
                                "--spring.flyway.password=" + database.owner().password(),
                                "--patients.vault.file=" + vault),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    static FeedNode start(String... arguments) {
        return new FeedNode(new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "logging.level.root=warn", "patients.vault.cached-keys=1000")
                .run(arguments));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Commits events of one patient, the first of whose is a registration, together. */
    void append(long firstSequenceNumber, PatientEvent... events) {
        new TransactionTemplate(bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            DefaultUnitOfWork<?> work = DefaultUnitOfWork.startAndGet(null);
            long sequenceNumber = firstSequenceNumber;
            for (PatientEvent event : events) {
                if (event instanceof PatientRegistered registered) {
                    bean(PatientKeys.class)
                            .create(
                                    registered.patientId(),
                                    registered.identifiers().patientId());
                }
                bean(EventStore.class)
                        .publish(new GenericDomainEventMessage<>(
                                "patient",
                                event.patientId(),
                                sequenceNumber++,
                                event,
                                MetaData.from(new HomeBranch("BLR", null).metadata())));
            }
            work.commit();
        });
    }

    /** As the command does. */
    void erase(String id) {
        Map<String, String> caller = Map.of("client", "admin", "subject", "admin", "request_id", "r-1");
        new TransactionTemplate(bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            DefaultUnitOfWork<?> work = DefaultUnitOfWork.startAndGet(null);
            PatientProfile patient = bean(PatientHistory.class).profile(id).orElseThrow();
            bean(Erasures.class).enter(patient, ErasureReason.PATIENT_REQUEST, false, caller);
            bean(PatientEventStore.class)
                    .appendLast(
                            new PatientErased(id, ErasureReason.PATIENT_REQUEST.code()),
                            new HomeBranch("BLR", null).metadata());
            work.commit();
        });
    }

    static String newId() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }

    static PatientRegistered registered(String id) {
        return new PatientRegistered(
                id,
                "standard",
                null,
                "BLR",
                "active",
                new Demographics("Canarywati", "Kanaridevi", "1980-02-29", "female", "O+"),
                new Contact(
                        "+919812345670",
                        "canary@example.org",
                        new Address("1 Canary Lane", null, "Canarypur", "Thane", "Maharashtra", "400602", "IN")),
                new Identifiers("P" + id.replace("-", "").substring(8, 28), null, null, null, false, List.of()),
                MedicalSummary.NONE,
                null);
    }

    @Override
    public void close() {
        context.close();
    }
}
