package org.patientsapi.query.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.MedicalSummary.Allergy;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.platform.eventstore.LoggedEvent;
import org.patientsapi.query.feed.EventFeed.Filter;
import org.patientsapi.query.feed.EventFeed.Page;
import org.patientsapi.testbackends.TestBackends;

/** Of events as large as a request may be, a page of the feed holds fewer than it may. */
class LargeEventsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "patient.registered,patient.medical-summary-changed"})
    void a_page_of_them_is_short_and_leads_to_the_next(String types) {
        try (FeedNode node = start()) {
            String id = FeedNode.newId();
            node.append(
                    0,
                    Stream.concat(Stream.of(FeedNode.registered(id)), Collections.nCopies(40, large(id)).stream())
                            .toArray(PatientEvent[]::new));

            assertThat(versions(node, types))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 41).boxed().toList());
        }
    }

    /** As many of them as one reading may hold, among as many small ones as it may look at. */
    @Test
    void a_page_of_them_is_short_where_they_stand_among_small_ones_that_nobody_asked_for() {
        try (FeedNode node = start()) {
            String id = FeedNode.newId();
            node.append(0, FeedNode.registered(id));
            for (int block = 0; block < 3; block++) {
                node.append(
                        1 + 1000 * block,
                        Stream.concat(
                                        Collections.nCopies(985, new StatusChanged(id, "inactive")).stream(),
                                        Collections.nCopies(15, large(id)).stream())
                                .toArray(PatientEvent[]::new));
            }

            assertThat(versions(node, "patient.medical-summary-changed")).hasSize(45);
        }
    }

    @Test
    void a_page_looks_at_few_of_them_where_nobody_asked_for_them() {
        try (FeedNode node = start()) {
            String id = FeedNode.newId();
            node.append(0, FeedNode.registered(id));
            for (int block = 0; block < 4; block++) {
                node.append(1 + 100 * block, Collections.nCopies(100, large(id)).toArray(PatientEvent[]::new));
            }
            Filter filter = new Filter(Set.of("patient.status-changed"), null, BranchScope.ALL);

            Page page = node.bean(EventFeed.class).page(filter, 0, 1000);

            assertThat(page.events()).isEmpty();
            assertThat(page.next()).isBetween(300L, 400L);
        }
    }

    private FeedNode start() {
        return FeedNode.start(FeedNode.settings(TestBackends.freshDatabase(), folder.resolve("vault.json")));
    }

    private static MedicalSummaryChanged large(String id) {
        return new MedicalSummaryChanged(
                id, new MedicalSummary(List.of(), List.of(new Allergy("a".repeat(250_000), null, null)), List.of()));
    }

    /** Of all events of these types, page by page. */
    private static List<Long> versions(FeedNode node, String types) {
        EventFeed feed = node.bean(EventFeed.class);
        Filter filter = new Filter(types.isEmpty() ? Set.of() : Set.of(types.split(",")), null, BranchScope.ALL);
        List<Long> versions = new ArrayList<>();
        Page page = feed.page(filter, 0, 1000);
        for (long at = 0; page.next() != at; page = feed.page(filter, at, 1000)) {
            at = page.next();
            assertThat(page.events()).hasSizeLessThan(20);
            page.events().stream().map(LoggedEvent::version).forEach(versions::add);
        }
        return versions;
    }
}
