package org.patientsapi.command;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.values.Problems;
import org.springframework.stereotype.Component;

/** Reads {@code Idempotency-Key} headers. */
@Component
class IdempotencyKeys {

    static final String HEADER = "Idempotency-Key";

    private static final int LONGEST = 255;

    /** But for the last four digits, a number is not kept in any form that can be reversed, as the hash of so few can. */
    private static final Pattern AADHAAR = Pattern.compile("(\"aadhaar\"\\s*:\\s*\")[^\"]*([^\"]{4}\")");

    private final KeyVault vault;

    IdempotencyKeys(KeyVault vault) {
        this.vault = vault;
    }

    /**
     * @param endpoint method and path: the same key sent elsewhere is another request
     * @param problems of the whole request; one more unless the header has 1 to 255 visible ASCII characters
     */
    Idempotency.@Nullable Key key(
            @Nullable String header, String endpoint, byte[] body, Caller caller, Problems problems) {
        if (header == null) {
            return null;
        }
        boolean visible = header.chars().allMatch(character -> character > ' ' && character < 0x7f);
        if (header.isEmpty() || header.length() > LONGEST || !visible) {
            problems.add(HEADER, "invalid_format", "1 to 255 visible ASCII characters.");
            return null;
        }
        String request = endpoint + "\n" + AADHAAR.matcher(text(body)).replaceAll("$1$2");
        return new Idempotency.Key(caller.clientId(), header, vault.keyedHash("request", request));
    }

    /** As it was sent, unless there are escapes, behind which a number or its name could hide: those are undone. */
    private static String text(byte[] body) {
        String sent = new String(body, StandardCharsets.ISO_8859_1);
        return sent.contains("\\u") ? JsonBody.parse(body).object().toString() : sent;
    }
}
