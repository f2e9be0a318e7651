package org.patientsapi.platform.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommitNoticeTest {

    @Test
    void is_read_as_it_was_written() {
        CommitNotice notice = new CommitNotice("node-1", Map.of(Samples.patientId(), 1L, Samples.patientId(), 77L));

        assertThat(notice.payloads()).hasSize(1);
        assertThat(CommitNotice.parse(notice.payloads().getFirst())).contains(notice);
    }

    @Test
    void of_many_patients_takes_several_payloads_each_within_what_postgresql_takes() {
        Map<String, Long> versions = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            versions.put(Samples.patientId(), 999_999_999_999_999_999L - i);
        }

        List<String> payloads = new CommitNotice("n".repeat(36), versions).payloads();

        assertThat(payloads).allMatch(payload -> payload.length() < 8_000);
        Map<String, Long> read = new HashMap<>();
        payloads.forEach(
                payload -> read.putAll(CommitNotice.parse(payload).orElseThrow().versions()));
        assertThat(read).isEqualTo(versions);
    }

    @Test
    void of_nobody_takes_none() {
        assertThat(new CommitNotice("node-1", Map.of()).payloads()).isEmpty();
    }

    @Test
    void what_no_node_says_is_ignored() {
        for (String foreign :
                List.of("", "hello", "node x:1", "node " + Samples.patientId() + ":99999999999999999999")) {
            assertThat(CommitNotice.parse(foreign)).as(foreign).isEmpty();
        }
    }
}
