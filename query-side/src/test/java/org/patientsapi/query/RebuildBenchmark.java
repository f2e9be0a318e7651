package org.patientsapi.query;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.VisitRecorded;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Visit;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.query.IndexRun.Kind;
import org.patientsapi.query.PatientIndex.Into;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How fast is a rebuild, and what part of that is the search engine's own? Fills an event store of its own, rebuilds the
 * index from it twice (by processes that were started just now, as after an upgrade, and then by warm ones), and then writes
 * the same documents, which are in memory by then, in bulks of the same size with nothing else to do.
 *
 * <pre>{@code mvn -pl query-side -am test-compile exec:exec@rebuild -Dbenchmark.patients=100000}</pre>
 */
final class RebuildBenchmark {

    private static final int BULK = 500;
    private static final int EVENTS_PER_PATIENT = 4;
    private static final int MOST_IN_MEMORY = 20_000;
    private static final String[] FIRST = {
        "Rajesh", "Lakshmi", "Mohammed", "Sreenivas", "Vrinda", "Zakir", "Deepak", "Geetha", "Poornima", "Subramaniam",
        "Anjali", "Harpreet", "Kavitha", "Nikhil", "Padmavathi", "Venkateswaran", "Fatima", "Joseph", "राजेश",
                "Meenakshi"
    };
    private static final String[] LAST = {
        "Kumar",
        "Iyer",
        "Chaudhary",
        "Singh",
        "Devi",
        "Krishnamurthy",
        "Khan",
        "Fernandes",
        "Patil",
        "Banerjee",
        "Reddy",
        "Nair",
        "Sharma",
        "Gupta",
        "Das",
        "कुमार",
        "Bhattacharya",
        "Mukherjee",
        "Thomas"
    };

    private RebuildBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int patients = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        try (ConfigurableApplicationContext node = QueryNode.start()) {
            node.getBean(EventProcessingConfiguration.class)
                    .eventProcessor(PatientProjector.PROCESSOR, StreamingEventProcessor.class)
                    .orElseThrow()
                    .shutDown();
            System.out.println("Filling the event store with " + patients + " patients");
            List<String> some = fill(node, patients);

            IndexRun cold = run(node, Kind.REBUILD);
            IndexRun rebuild = run(node, Kind.REBUILD);
            double seconds = patients * (double) EVENTS_PER_PATIENT / rebuild.eventsPerSecond();
            IndexRun check = run(node, Kind.CHECK);

            double raw = documentsPerSecond(node, some);
            double documents = patients / seconds;
            System.out.printf("Rebuild: %d patients, %d events in %.1f s%n", patients, rebuild.events(), seconds);
            System.out.printf(
                    "| cold, events/s | warm, events/s | documents/s | bulk of ready documents/s | ratio | drift check, events/s |%n");
            System.out.printf("|---|---|---|---|---|---|%n");
            System.out.printf(
                    "| %.0f | %.0f | %.0f | %.0f | %.2f | %.0f |%n",
                    cold.eventsPerSecond(),
                    rebuild.eventsPerSecond(),
                    documents,
                    raw,
                    documents / raw,
                    check.eventsPerSecond());
            System.out.printf("Documents that the check found wrong: %d%n", check.missing() + check.different());
        }
        System.exit(0);
    }

    /** @return the ids of some of them */
    private static List<String> fill(ConfigurableApplicationContext node, int patients) {
        PatientKeys register = node.getBean(PatientKeys.class);
        PatientEventStore store = node.getBean(PatientEventStore.class);
        TransactionTemplate transaction = new TransactionTemplate(node.getBean(PlatformTransactionManager.class));
        List<String> some = new ArrayList<>();
        for (int done = 0; done < patients; done += BULK) {
            int first = done;
            transaction.executeWithoutResult(status -> {
                List<DomainEventMessage<?>> events = new ArrayList<>();
                for (int i = first; i < Math.min(first + BULK, patients); i++) {
                    String id = UuidCreator.getTimeOrderedEpoch().toString();
                    register.create(id, "P%05d-%05d".formatted(i / 100_000, i % 100_000));
                    history(id, i)
                            .forEach(event -> events.add(new GenericDomainEventMessage<>(
                                    "patient", id, events.size() % EVENTS_PER_PATIENT, event)));
                    if (some.size() < MOST_IN_MEMORY) {
                        some.add(id);
                    }
                }
                store.publish(events);
            });
        }
        return some;
    }

    private static List<PatientEvent> history(String id, int i) {
        Contact contact = new Contact("+9198%08d".formatted(i), "somebody" + i + "@example.com", null);
        MedicalSummary summary = new MedicalSummary(
                List.of(new MedicalSummary.Diagnosis("E11.9", "ICD-10", "Type 2 diabetes", "2019")),
                List.of(new MedicalSummary.Allergy("Penicillin", "Rash", "moderate")),
                List.of());
        Visit visit = new Visit(
                UuidCreator.getTimeOrderedEpoch().toString(),
                EVENTS_PER_PATIENT,
                Visit.OPD,
                "BLR",
                "2026-01-01",
                null,
                null,
                new Visit.Provider("D-17", "Dr Meera Nair"),
                "Cardiology",
                "Review",
                Visit.RECORDED);
        return List.of(
                new PatientRegistered(
                        id,
                        PatientProfile.STANDARD,
                        null,
                        "BLR",
                        "active",
                        new Demographics(
                                FIRST[i % FIRST.length],
                                LAST[i / FIRST.length % LAST.length],
                                "1985-03-15",
                                "male",
                                "B+"),
                        new Contact("+9197%08d".formatted(i), null, null),
                        new Identifiers(
                                "P%05d-%05d".formatted(i / 100_000, i % 100_000), null, null, null, false, List.of()),
                        MedicalSummary.NONE,
                        null),
                new ContactChanged(id, contact),
                new MedicalSummaryChanged(id, summary),
                new VisitRecorded(id, visit));
    }

    private static IndexRun run(ConfigurableApplicationContext node, Kind kind) throws InterruptedException {
        IndexRuns runs = node.getBean(IndexRuns.class);
        node.getBean(IndexKeeper.class).ask(kind);
        while (true) {
            Thread.sleep(2_000);
            IndexRun run = runs.latest(kind).orElseThrow();
            System.out.printf(
                    "%s: %d of %d, %.0f events/s%n", kind, run.patients(), run.total(), run.eventsPerSecond());
            if (run.finishedAt() != null) {
                return run;
            }
        }
    }

    /** Into a generation of its own, as many bulks at a time as the rebuild has. */
    private static double documentsPerSecond(ConfigurableApplicationContext node, List<String> patientIds)
            throws Exception {
        PatientHistory history = node.getBean(PatientHistory.class);
        PatientIndex index = node.getBean(PatientIndex.class);
        List<List<PatientDocument>> bulks = new ArrayList<>();
        for (int i = 0; i < patientIds.size(); i += BULK) {
            bulks.add(history.foldAll(patientIds.subList(i, Math.min(i + BULK, patientIds.size()))).values().stream()
                    .map(fold -> PatientDocument.of(fold.profile()))
                    .toList());
        }
        // It would drop a generation that no run is building.
        node.getBean(IndexKeeper.class).stop();
        node.getBean(IndexGenerations.class).createNext(0);
        long began = System.nanoTime();
        Deque<Future<?>> ahead = new ArrayDeque<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (List<PatientDocument> bulk : bulks) {
                if (ahead.size() > Runtime.getRuntime().availableProcessors()) {
                    ahead.remove().get();
                }
                ahead.add(threads.submit(() -> index.write(bulk, Into.NEXT)));
            }
        }
        return 1e9 * patientIds.size() / (System.nanoTime() - began);
    }
}
