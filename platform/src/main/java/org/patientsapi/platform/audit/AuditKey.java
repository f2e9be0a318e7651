package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.subtle.Ed25519Sign;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.patientsapi.platform.vault.KeyVault;

/**
 * The key that seals are signed with (Ed25519), derived from the vault: it is backed up with it, and never changes. Whoever
 * holds the vault can sign; what was signed before and kept elsewhere binds him all the same.
 */
public final class AuditKey {

    private static final String ALGORITHM = "Ed25519";

    /** SubjectPublicKeyInfo (RFC 8410) up to the 32 bytes of the key. */
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PrivateKey secret;
    private final byte[] spki;

    private AuditKey(PrivateKey secret, byte[] spki) {
        this.secret = secret;
        this.spki = spki;
    }

    static AuditKey of(KeyVault vault) {
        byte[] seed = vault.derive("audit seals");
        try {
            byte[] open = Ed25519Sign.KeyPair.newKeyPairFromSeed(seed).getPublicKey();
            byte[] spki = new byte[SPKI.length + open.length];
            System.arraycopy(SPKI, 0, spki, 0, SPKI.length);
            System.arraycopy(open, 0, spki, SPKI.length, open.length);
            return new AuditKey(
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)),
                    spki);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key for seals could not be made", e);
        }
    }

    /** The public half, as {@code openssl pkey -pubin} reads it. */
    public String publicPem() {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(spki)
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** The first half of the public key's SHA-256. */
    String id() {
        return id(spki);
    }

    static String id(byte[] spki) {
        return HexFormat.of().formatHex(MerkleTree.sha256(spki)).substring(0, 32);
    }

    String sign(String text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A seal could not be signed", e);
        }
    }

    /** Whether the signature of a seal is this key's. */
    static boolean verifies(PublicKey key, Seal seal) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(seal.text().getBytes(UTF_8));
            return signature.verify(HexFormat.of().parseHex(seal.signature()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** @throws IllegalArgumentException if that is no public key for Ed25519 */
    static PublicKey parse(String pem) {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("This is no public key for Ed25519", e);
        }
    }
}
