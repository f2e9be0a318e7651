package org.patientsapi.platform.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.prf.PredefinedPrfParameters;
import com.google.crypto.tink.prf.PrfConfig;
import com.google.crypto.tink.prf.PrfSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.files.DurableFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A vault in one JSON file of two Tink keysets, readable by its owner only. Whoever has this file and the database can
 * read everything; whoever loses the file can read nothing. So it is backed up, and not where the database is, and again
 * whenever its keys were rotated.
 *
 * <p>Nodes may share the file: what one has changed in it the others take over when they next wrap a key, or meet one
 * that they cannot unwrap. The hashing key has no versions: its hashes are stored, and must stay comparable.
 */
final class FileKeyVault implements KeyVault {

    private static final int HASH_BYTES = 32;

    /** What Tink puts before a ciphertext: a byte for the form, and the id of the key. */
    private static final int MARK_BYTES = 5;

    private static final Configuration TINK;
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    static {
        try {
            AeadConfig.register();
            PrfConfig.register();
            TINK = RegistryConfiguration.get();
        } catch (GeneralSecurityException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Path file;
    private final Clock clock;
    private volatile Opened opened;

    private FileKeyVault(Path file, Clock clock, Opened opened) {
        this.file = file;
        this.clock = clock;
        this.opened = opened;
    }

    /**
     * The file.
     *
     * @param madeAt when each version of the wrapping key was made, by its id
     * @param destroyedAt when versions that are no longer in the keyset were destroyed, by their ids
     */
    private record Content(
            String wrappingKeys,
            String hashingKeys,
            @Nullable Map<Integer, Instant> madeAt,
            @Nullable Map<Integer, Instant> destroyedAt) {

        Content withWrapping(KeysetHandle keys, Map<Integer, Instant> made, Map<Integer, Instant> destroyed)
                throws GeneralSecurityException {
            return new Content(json(keys), hashingKeys, made, destroyed);
        }

        /** A file that does not say when its key was made is older than those that do. */
        Map<Integer, Instant> made() {
            return new TreeMap<>(Objects.requireNonNullElse(madeAt, Map.of()));
        }

        Map<Integer, Instant> destroyed() {
            return new TreeMap<>(Objects.requireNonNullElse(destroyedAt, Map.of()));
        }
    }

    /** @param stamp by which a changed file is told from this one */
    private record Opened(Content content, KeysetHandle keys, Aead wrapping, PrfSet hashing, String stamp) {

        static Opened of(Content content, String stamp) throws GeneralSecurityException {
            KeysetHandle keys = keyset(content.wrappingKeys());
            return new Opened(
                    content,
                    keys,
                    keys.getPrimitive(TINK, Aead.class),
                    keyset(content.hashingKeys()).getPrimitive(TINK, PrfSet.class),
                    stamp);
        }

        Instant madeAt(int id) {
            return content.made().getOrDefault(id, Instant.EPOCH);
        }
    }

    /**
     * Opens a vault that was created before.
     *
     * @throws VaultException when the file cannot be read or holds no keys
     */
    static FileKeyVault open(Path file, Clock clock) {
        return new FileKeyVault(file, clock, read(file));
    }

    private static Opened read(Path file) {
        try {
            // The stamp first: of a file that is changed in between, the content is read again next time.
            String stamp = stamp(file);
            Content content = JSON.readValue(Files.readString(file), Content.class);
            if (content == null || content.wrappingKeys() == null || content.hashingKeys() == null) {
                throw new IOException("There are no keys in it");
            }
            return Opened.of(content, stamp);
        } catch (IOException | GeneralSecurityException | JacksonException e) {
            throw new VaultException("The vault file " + file + " cannot be read as a vault", e);
        }
    }

    /** Makes new keys and keeps them in a file that must not exist yet. It is whole on disk before this returns. */
    static FileKeyVault create(Path file, Clock clock) {
        try {
            KeysetHandle wrapping = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, TINK);
            KeysetHandle hashing = KeysetHandle.generateNew(PredefinedPrfParameters.HMAC_SHA256_PRF, TINK);
            write(
                    file,
                    new Content(
                            json(wrapping),
                            json(hashing),
                            Map.of(wrapping.getPrimary().getId(), clock.instant()),
                            Map.of()));
            return open(file, clock);
        } catch (IOException | GeneralSecurityException e) {
            throw new VaultException("The vault file " + file + " cannot be created", e);
        }
    }

    @Override
    public boolean rotate(Instant madeBefore) {
        return change(now -> {
            KeysetHandle keys = now.keys();
            if (!now.madeAt(keys.getPrimary().getId()).isBefore(madeBefore)) {
                return null;
            }
            KeysetHandle rotated = KeysetHandle.newBuilder(keys)
                    .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withRandomId()
                            .makePrimary())
                    .build();
            Map<Integer, Instant> made = now.content().made();
            made.put(rotated.getPrimary().getId(), clock.instant());
            return now.content().withWrapping(rotated, made, now.content().destroyed());
        });
    }

    @Override
    public boolean destroyReplaced(Instant replacedBefore, Predicate<byte[]> unused) {
        return change(now -> {
            List<KeysetHandle.Entry> oldestFirst = new ArrayList<>();
            for (int i = 0; i < now.keys().size(); i++) {
                oldestFirst.add(now.keys().getAt(i));
            }
            oldestFirst.sort(comparing(entry -> now.madeAt(entry.getId())));
            Map<Integer, Instant> destroyed = now.content().destroyed();
            for (int i = 0; i + 1 < oldestFirst.size(); i++) {
                int id = oldestFirst.get(i).getId();
                Instant replacedAt = now.madeAt(oldestFirst.get(i + 1).getId());
                if (replacedAt.isBefore(replacedBefore) && unused.test(mark(id))) {
                    destroyed.put(id, clock.instant());
                }
            }
            KeysetHandle.Builder kept = KeysetHandle.newBuilder(now.keys());
            for (int at = kept.size() - 1; at >= 0; at--) {
                if (destroyed.containsKey(now.keys().getAt(at).getId())) {
                    kept.deleteAt(at);
                }
            }
            return kept.size() == now.keys().size()
                    ? null
                    : now.content().withWrapping(kept.build(), now.content().made(), destroyed);
        });
    }

    private interface Change {
        /** @return {@code null} where there is nothing to change */
        @Nullable
        Content of(Opened now) throws GeneralSecurityException;
    }

    /** On the newest content, and never two at a time: a version that gets lost would be somebody's data. */
    private boolean change(Change change) {
        synchronized (FileKeyVault.class) {
            try (FileChannel channel = FileChannel.open(
                            file.resolveSibling(file.getFileName() + ".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Opened now = read(file);
                Content changed = change.of(now);
                if (changed != null) {
                    write(file, changed);
                    now = read(file);
                }
                opened = now;
                return changed != null;
            } catch (IOException | GeneralSecurityException e) {
                throw new VaultException("The vault file " + file + " cannot be changed", e);
            }
        }
    }

    @Override
    public byte[] newestMark() {
        return mark(newest().keys().getPrimary().getId());
    }

    @Override
    public boolean wasDestroyed(byte[] wrappedKey) {
        return wrappedKey.length > MARK_BYTES
                && newest().content()
                        .destroyed()
                        .containsKey(ByteBuffer.wrap(wrappedKey, 1, 4).getInt());
    }

    private static byte[] mark(int keyId) {
        return ByteBuffer.allocate(MARK_BYTES).put((byte) 1).putInt(keyId).array();
    }

    @Override
    public byte[] wrap(byte[] dataKey, String patientId) {
        try {
            return newest().wrapping().encrypt(dataKey, patientId.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new VaultException("A data key could not be wrapped", e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrappedKey, String patientId) {
        Opened before = opened;
        try {
            return before.wrapping().decrypt(wrappedKey, patientId.getBytes(UTF_8));
        } catch (GeneralSecurityException perhapsNewer) {
            try {
                return newest().wrapping().decrypt(wrappedKey, patientId.getBytes(UTF_8));
            } catch (GeneralSecurityException e) {
                throw new VaultException("The data key of patient " + patientId + " cannot be unwrapped", e);
            }
        }
    }

    /** As the file is now; while there is none, as it was. */
    private Opened newest() {
        try {
            if (!stamp(file).equals(opened.stamp())) {
                opened = read(file);
            }
        } catch (NoSuchFileException beingPutBack) {
            return opened;
        } catch (IOException e) {
            throw new VaultException("The vault file " + file + " cannot be read", e);
        }
        return opened;
    }

    private static String stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.fileKey() + " " + attributes.size() + " " + attributes.lastModifiedTime();
    }

    @Override
    public byte[] keyedHash(String kind, String canonicalValue) {
        // The prefix is that of the first kinds there were, which are kept for ever.
        return hash("claim\0" + kind + '\0' + canonicalValue);
    }

    @Override
    public byte[] derive(String purpose) {
        return hash("derive\0" + purpose);
    }

    private byte[] hash(String input) {
        try {
            return opened.hashing().computePrimary(input.getBytes(UTF_8), HASH_BYTES);
        } catch (GeneralSecurityException e) {
            throw new VaultException("A keyed hash could not be computed", e);
        }
    }

    private static KeysetHandle keyset(String json) throws GeneralSecurityException {
        return TinkJsonProtoKeysetFormat.parseKeyset(json, TINK, InsecureSecretKeyAccess.get());
    }

    private static String json(KeysetHandle keys) throws GeneralSecurityException {
        return TinkJsonProtoKeysetFormat.serializeKeyset(keys, TINK, InsecureSecretKeyAccess.get());
    }

    /** Never half of it: the other half would be everybody's data. */
    private static void write(Path file, Content content) throws IOException {
        DurableFile.replace(file, JSON.writeValueAsBytes(content));
    }
}
