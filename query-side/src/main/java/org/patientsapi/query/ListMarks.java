package org.patientsapi.query;

import java.util.Arrays;
import java.util.Base64;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.web.QueryParameters;
import org.springframework.stereotype.Component;

/**
 * Tells one list from another by what it is a list of and what was asked for, however long its pages are and whoever asks: a
 * place in one says nothing in another. The mark is a keyed hash, since it stands in a URL with the cursor, where nobody is to
 * find out which name or phone was searched for.
 */
@Component
class ListMarks {

    /** Enough to tell two lists apart that nobody has made alike on purpose. */
    private static final int BYTES = 6;

    private final KeyVault vault;

    ListMarks(KeyVault vault) {
        this.vault = vault;
    }

    /**
     * @param kind what it is a list of, such as the visits of this patient
     * @param parameters read to their end
     */
    String of(String kind, QueryParameters parameters) {
        byte[] hash = vault.keyedHash("list", kind + "\n" + parameters.criteria());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
    }
}
