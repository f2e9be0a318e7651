package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {

    @Test
    void each_tag_of_a_list_counts() {
        assertThat(EntityTags.required("\"7\", \"1\"")).containsExactly(7L, 1L);
        assertThat(EntityTags.required("\"7\",W/\"1\"")).containsExactly(7L);
        assertThat(EntityTags.seen("\"7\",W/\"1\"")).containsExactly(7L, 1L);
        assertThat(EntityTags.required("*")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "\"01\"", "\"0\"", "\"\"", "\"x1\"", "x\"1\"", "\"a\"1\"b\"", "\"1\"x", "\"1"})
    void what_only_looks_like_a_tag_of_ours_matches_no_version(String header) {
        assertThat(EntityTags.required(header)).isEmpty();
        assertThat(EntityTags.isSeen(header, 1)).isFalse();
    }
}
