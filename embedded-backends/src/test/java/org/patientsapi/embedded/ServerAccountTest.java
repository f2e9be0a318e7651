package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root in a container, where the kernel allows no namespace. */
class ServerAccountTest {

    @Test
    void a_folder_that_the_other_user_cannot_enter_is_named(@TempDir Path folder) throws Exception {
        assumeThat(new UnixSystem().getUid()).isZero();
        Path notMadeYet = folder.resolve("data/postgresql");
        Map<Path, String> needed = Map.of(notMadeYet, "choose another");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> ServerAccount.forRoot(List.of(ServerAccount.OTHER_USER), needed))
                .hasMessage("PostgreSQL and Elasticsearch refuse to run as root, and user 1000 cannot enter "
                        + notMadeYet + ": choose another, or start as an ordinary user.");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(ServerAccount.forRoot(List.of(ServerAccount.OTHER_USER), needed)
                        .fileOwner())
                .isEqualTo(1000);
    }
}
