package org.patientsapi.platform.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A vault in one JSON file of two Tink keysets, readable by its owner only. Whoever has this file and the database can
 * read everything; whoever loses the file can read nothing. So it is backed up, and not where the database is.
 */
public final class FileKeyVault implements KeyVault {

    private static final String WRAPPING = "wrapping_keys";
    private static final String HASHING = "hashing_keys";
    private static final int HASH_BYTES = 32;
    private static final Configuration TINK;
    private static final JsonMapper JSON = JsonMapper.shared();

    static {
        try {
            AeadConfig.register();
            PrfConfig.register();
            TINK = RegistryConfiguration.get();
        } catch (GeneralSecurityException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Aead wrapping;
    private final PrfSet hashing;

    private FileKeyVault(KeysetHandle wrapping, KeysetHandle hashing) throws GeneralSecurityException {
        this.wrapping = wrapping.getPrimitive(TINK, Aead.class);
        this.hashing = hashing.getPrimitive(TINK, PrfSet.class);
    }

    /**
     * Opens a vault that was created before.
     *
     * @throws VaultException when the file cannot be read or holds no keys
     */
    public static FileKeyVault open(Path file) {
        try {
            Map<String, String> keysets = JSON.readValue(Files.readString(file), new TypeReference<>() {});
            return new FileKeyVault(keyset(keysets, WRAPPING), keyset(keysets, HASHING));
        } catch (IOException | GeneralSecurityException | JacksonException e) {
            throw new VaultException("The vault file " + file + " cannot be read as a vault", e);
        }
    }

    /** Makes new keys and keeps them in a file that must not exist yet. It is whole on disk before this returns. */
    static FileKeyVault create(Path file) {
        try {
            KeysetHandle wrapping = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, TINK);
            KeysetHandle hashing = KeysetHandle.generateNew(PredefinedPrfParameters.HMAC_SHA256_PRF, TINK);
            write(file, wrapping, hashing);
            return new FileKeyVault(wrapping, hashing);
        } catch (IOException | GeneralSecurityException e) {
            throw new VaultException("The vault file " + file + " cannot be created", e);
        }
    }

    /**
     * Adds a new version of the wrapping key, used from the next start of each node on; the older versions stay, for what
     * they wrapped. The hashing key has no versions: its hashes are stored, and must stay comparable.
     */
    public static void rotate(Path file) {
        try {
            Map<String, String> keysets = JSON.readValue(Files.readString(file), new TypeReference<>() {});
            KeysetHandle rotated = KeysetHandle.newBuilder(keyset(keysets, WRAPPING))
                    .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withRandomId()
                            .makePrimary())
                    .build();
            write(file, rotated, keyset(keysets, HASHING));
        } catch (IOException | GeneralSecurityException | JacksonException e) {
            throw new VaultException("The vault file " + file + " cannot be given a new key", e);
        }
    }

    @Override
    public byte[] wrap(byte[] dataKey, String patientId) {
        try {
            return wrapping.encrypt(dataKey, patientId.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new VaultException("A data key could not be wrapped", e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrappedKey, String patientId) {
        try {
            return wrapping.decrypt(wrappedKey, patientId.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new VaultException("The data key of patient " + patientId + " cannot be unwrapped", e);
        }
    }

    @Override
    public byte[] claimHash(String kind, String canonicalValue) {
        return hash("claim\0" + kind + '\0' + canonicalValue);
    }

    @Override
    public byte[] derive(String purpose) {
        return hash("derive\0" + purpose);
    }

    private byte[] hash(String input) {
        try {
            return hashing.computePrimary(input.getBytes(UTF_8), HASH_BYTES);
        } catch (GeneralSecurityException e) {
            throw new VaultException("A keyed hash could not be computed", e);
        }
    }

    private static KeysetHandle keyset(Map<String, String> keysets, String name) throws GeneralSecurityException {
        String json = keysets.get(name);
        if (json == null) {
            throw new GeneralSecurityException("It has no " + name);
        }
        return TinkJsonProtoKeysetFormat.parseKeyset(json, TINK, InsecureSecretKeyAccess.get());
    }

    private static void write(Path file, KeysetHandle wrapping, KeysetHandle hashing)
            throws IOException, GeneralSecurityException {
        byte[] json = JSON.writeValueAsBytes(Map.of(
                WRAPPING, TinkJsonProtoKeysetFormat.serializeKeyset(wrapping, TINK, InsecureSecretKeyAccess.get()),
                HASHING, TinkJsonProtoKeysetFormat.serializeKeyset(hashing, TINK, InsecureSecretKeyAccess.get())));
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        // A crash leaves the old file or the new one, never half of one: the other half would be everybody's data.
        Path half = Files.createTempFile(
                folder,
                ".vault",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(json);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
