package org.patientsapi.platform.eventstore;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored form of snapshots: the aggregate's fields as they are, without regard to annotations meant for clients. A
 * snapshot lacking a component of today's records, or having one too many, is unreadable, and so made anew from the
 * events: nobody has to remember to count up a revision.
 */
final class SnapshotSerializer {

    private SnapshotSerializer() {}

    static Jackson3Serializer create() {
        return Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(SnapshotSerializer::configure)
                .build();
    }

    private static void configure(JsonMapper.Builder json) {
        json.disable(MapperFeature.USE_ANNOTATIONS)
                // Not through getters; nor through a constructor, or Jackson may take one that handles a command.
                .changeDefaultVisibility(
                        visible -> visible.with(Visibility.NONE).withFieldVisibility(Visibility.ANY))
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
    }
}
