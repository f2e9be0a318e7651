package org.patientsapi.platform.eventstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.EventType;
import org.patientsapi.api.PatientEvent;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored form of events: JSON under the logical names and revisions of {@link EventType}, never under Java names.
 *
 * <p>An event that this version does not know, by name, revision or property, was written by a newer one. It is refused
 * when its payload is asked for, because to drop what it says and then write the group anew would lose it. So readers are
 * upgraded before writers, and such an event parks one patient, not the stream.
 */
public final class EventSerializer extends Jackson3Serializer {

    private static final Map<Class<?>, SerializedType> TYPES = Arrays.stream(
                    PatientEvent.class.getPermittedSubclasses())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), EventSerializer::declaredType));

    private static final Map<SerializedType, Class<?>> CLASSES =
            TYPES.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    public EventSerializer() {
        super(builder().jsonMapperBuilderCustomizer(EventSerializer::configure));
    }

    /** The one place that says how an event becomes JSON. */
    private static void configure(JsonMapper.Builder json) {
        json.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private static SerializedType declaredType(Class<?> event) {
        EventType declared = event.getAnnotation(EventType.class);
        if (declared == null) {
            throw new IllegalStateException(event.getSimpleName() + " has no @EventType to be stored under");
        }
        return new SimpleSerializedType(declared.name(), declared.revision());
    }

    @Override
    @SuppressWarnings("rawtypes") // as the method that it overrides
    public SerializedType typeForClass(@Nullable Class type) {
        if (type == null || type == Void.class || type == MetaData.class) {
            return super.typeForClass(type);
        }
        SerializedType known = TYPES.get(type);
        if (known == null) {
            throw new SerializationException(type.getName() + " is not one of the events of a patient");
        }
        return known;
    }

    /** What is unknown is taken for some event of a patient, so that it reaches the handlers, which then fail on it. */
    @Override
    public Class<?> classForType(SerializedType type) {
        if (type.equals(SerializedType.emptyType()) || type.getName().equals(MetaData.class.getName())) {
            return super.classForType(type);
        }
        return CLASSES.getOrDefault(type, PatientEvent.class);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as the method that it overrides
    public <S, T> @Nullable T deserialize(SerializedObject<S> serialized) {
        SerializedType type = serialized.getType();
        if (classForType(type) == PatientEvent.class) {
            throw new SerializationException("This version of the product does not know the event " + type.getName()
                    + ", revision " + type.getRevision());
        }
        try {
            return super.deserialize(serialized);
        } catch (SerializationException e) {
            if (e.getCause() instanceof JacksonException cause) {
                // Without the cause: Jackson quotes the value that it could not read, and this ends in a log.
                throw new SerializationException("The event " + type.getName() + " cannot be read at "
                        + cause.getPathReference() + ": " + cause.getClass().getSimpleName());
            }
            throw e;
        }
    }
}
