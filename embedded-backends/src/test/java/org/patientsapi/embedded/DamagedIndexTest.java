package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.patientsapi.embedded.BackendSettings.Parts;

class DamagedIndexTest {

    @Test
    void a_search_engine_that_cannot_read_an_index_is_up_so_that_it_can_be_made_anew() throws Exception {
        Path data = TestFolders.empty("damaged-index");
        BackendSettings settings = TestFolders.settings(data).withOnly(Parts.ELASTICSEARCH);
        try (EmbeddedBackends backends = EmbeddedBackends.start(settings)) {
            URI server = backends.elasticsearchUri();
            Clients.http(server, "PUT", "/note", "{}");
            Clients.http(server, "PUT", "/note/_doc/1", "{}");
            Clients.http(server, "POST", "/note/_flush", "");
        }
        List<Path> segments = segments(data);
        assertThat(segments).isNotEmpty();
        for (Path segment : segments) {
            Files.write(segment, new byte[8]);
        }

        try (EmbeddedBackends backends = EmbeddedBackends.start(settings)) {
            URI server = backends.elasticsearchUri();
            assertThat(Clients.http(server, "GET", "/note/_doc/1", "").statusCode())
                    .isEqualTo(503);
            assertThat(Clients.http(server, "DELETE", "/note", "").statusCode()).isEqualTo(200);
            assertThat(Clients.http(server, "PUT", "/note", "{}").statusCode()).isEqualTo(200);
        }
    }

    private static List<Path> segments(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("elasticsearch/data/indices"))) {
            return files.filter(file -> file.toString().endsWith(".si")).toList();
        }
    }
}
