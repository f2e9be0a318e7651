package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIssuerTest {

    @TempDir
    private Path folder;

    @Test
    void the_key_is_made_once_and_for_its_owner_only() throws Exception {
        Path file = folder.resolve("keys/issuer.json");

        new TokenIssuer().issuerKeys(file);
        String made = Files.readString(file);
        new TokenIssuer().issuerKeys(file);

        assertThat(file).hasContent(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file.getParent()).isDirectoryNotContaining(other -> !other.equals(file));
    }
}
