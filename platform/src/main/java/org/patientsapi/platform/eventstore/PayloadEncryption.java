package org.patientsapi.platform.eventstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.platform.vault.PatientKey;
import org.patientsapi.platform.vault.PatientKey.Destroyed;
import org.patientsapi.platform.vault.PatientKey.Live;
import org.patientsapi.platform.vault.PatientKeys;

/**
 * Encrypts the payload of what is stored with its patient's key, and decrypts it when it is asked for. Where it stands is
 * bound in as associated data: moved to another patient, another place or another type, it does not decrypt.
 */
final class PayloadEncryption {

    enum Kind {
        EVENT,
        SNAPSHOT
    }

    private final PatientKeys keys;
    private final EventSerializer serializer;
    private final String lasting;

    PayloadEncryption(PatientKeys keys, EventSerializer serializer) {
        this.keys = keys;
        this.serializer = serializer;
        this.lasting = serializer.typeForClass(PatientErased.class).getName();
    }

    boolean canEncrypt(String patientId) {
        return keys.key(patientId).orElse(null) instanceof Live;
    }

    /**
     * @throws PatientNotFound when the patient's key was destroyed meanwhile
     * @throws IllegalStateException when the patient never had one
     */
    byte[] encrypt(Kind kind, DomainEventMessage<?> event, SerializedObject<byte[]> payload) {
        String patientId = event.getAggregateIdentifier();
        PatientKey found = keyFor(payload.getType(), keys.key(patientId).orElse(null));
        if (found instanceof Destroyed) {
            throw new PatientNotFound();
        }
        if (!(found instanceof Live key)) {
            throw new IllegalStateException("There is no key to encrypt for patient " + patientId);
        }
        try {
            return key.aead()
                    .encrypt(payload.getData(), place(kind, patientId, payload.getType(), event.getSequenceNumber()));
        } catch (GeneralSecurityException e) {
            throw new SerializationException("An event of patient " + patientId + " could not be encrypted", e);
        }
    }

    /** The rows as Axon shall see them, in the same order. All keys are fetched at once, payloads decrypted one by one later. */
    List<? extends DomainEventData<?>> decrypting(Kind kind, List<? extends DomainEventData<?>> stored) {
        return decrypting(kind, stored, Set.of());
    }

    /** The same for those who follow all patients' events: to them an erased patient is gone, whatever the law keeps. */
    List<? extends DomainEventData<?>> decryptingUnlessErased(
            List<? extends DomainEventData<?>> stored, Set<String> erased) {
        return decrypting(Kind.EVENT, stored, erased);
    }

    private List<? extends DomainEventData<?>> decrypting(
            Kind kind, List<? extends DomainEventData<?>> stored, Set<String> erased) {
        Map<String, PatientKey> found = keys.keys(stored.stream()
                .map(DomainEventData::getAggregateIdentifier)
                .distinct()
                .toList());
        erased.forEach(patientId -> found.put(patientId, new Destroyed()));
        return stored.stream()
                .map(row -> new ReadableRow(row, payload(kind, row, found.get(row.getAggregateIdentifier()))))
                .toList();
    }

    private SerializedObject<byte[]> payload(Kind kind, DomainEventData<?> row, @Nullable PatientKey patientKey) {
        PatientKey key = keyFor(row.getPayload().getType(), patientKey);
        return key instanceof Destroyed
                ? serializer.serialize(new PatientForgotten(row.getAggregateIdentifier()), byte[].class)
                : new EncryptedPayload(kind, row, key);
    }

    private @Nullable PatientKey keyFor(SerializedType type, @Nullable PatientKey patientKey) {
        return type.getName().equals(lasting) ? keys.lasting() : patientKey;
    }

    private static byte[] place(Kind kind, String patientId, SerializedType type, long sequenceNumber) {
        String canonicalId = UUID.fromString(patientId).toString();
        return String.join(
                        "|",
                        kind.name(),
                        canonicalId,
                        type.getName(),
                        String.valueOf(type.getRevision()),
                        "" + sequenceNumber)
                .getBytes(UTF_8);
    }

    /** Decrypts only when asked for the data: whoever handles this event then fails, and not whoever reads the stream. */
    private record EncryptedPayload(
            Kind kind, DomainEventData<?> row, @Nullable PatientKey key) implements SerializedObject<byte[]> {

        @Override
        public Class<byte[]> getContentType() {
            return byte[].class;
        }

        @Override
        public SerializedType getType() {
            return row.getPayload().getType();
        }

        @Override
        public byte[] getData() {
            String what = "Event " + row.getSequenceNumber() + " of patient " + row.getAggregateIdentifier();
            if (!(key instanceof Live live)) {
                throw new SerializationException(what + " has no key to be decrypted with");
            }
            try {
                return live.aead()
                        .decrypt(
                                (byte[]) row.getPayload().getData(),
                                place(kind, row.getAggregateIdentifier(), getType(), row.getSequenceNumber()));
            } catch (GeneralSecurityException e) {
                throw new SerializationException(what + " is damaged, or is not where it was written", e);
            }
        }
    }

    private record ReadableRow(DomainEventData<?> row, SerializedObject<byte[]> payload)
            implements DomainEventData<byte[]> {

        @Override
        public String getEventIdentifier() {
            return row.getEventIdentifier();
        }

        @Override
        public Instant getTimestamp() {
            return row.getTimestamp();
        }

        @Override
        @SuppressWarnings("unchecked") // the engine reads bytes only
        public SerializedObject<byte[]> getMetaData() {
            return (SerializedObject<byte[]>) row.getMetaData();
        }

        @Override
        public SerializedObject<byte[]> getPayload() {
            return payload;
        }

        @Override
        public String getType() {
            return row.getType();
        }

        @Override
        public String getAggregateIdentifier() {
            return row.getAggregateIdentifier();
        }

        @Override
        public long getSequenceNumber() {
            return row.getSequenceNumber();
        }
    }
}
