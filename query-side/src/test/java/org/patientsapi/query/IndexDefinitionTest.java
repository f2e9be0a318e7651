package org.patientsapi.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.patientsapi.query.search.SearchField;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The index is strict: what the code writes and what the definition names have to be the same. */
class IndexDefinitionTest {

    @Test
    void every_search_field_is_mapped_as_keyword_and_no_other_is() throws IOException {
        JsonNode tokens = properties().at("/tokens/properties");

        assertThat(tokens.propertyNames())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(SearchField.values())
                        .map(SearchField::fieldName)
                        .toList());
        assertThat(tokens.valueStream().map(field -> field.get("type").asString()))
                .containsOnly("keyword");
    }

    @Test
    void every_property_of_a_document_is_mapped_and_no_other_is() throws IOException {
        assertThat(properties().propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "branch_id",
                        "registered_at",
                        "list_order",
                        "profile",
                        "listed",
                        "tokens",
                        "erased",
                        "content_hash");
    }

    private static JsonNode properties() throws IOException {
        try (InputStream definition = PatientIndex.class.getResourceAsStream("patients-index.json")) {
            return JsonMapper.shared().readTree(definition).at("/mappings/properties");
        }
    }
}
