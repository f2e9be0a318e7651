package org.patientsapi.command;

import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.PatientCommand.ErasePatient;
import org.patientsapi.api.PatientCommand.UpdatePatient;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.web.FieldReader;
import org.patientsapi.platform.web.JsonBody;
import org.patientsapi.testbackends.TestDatabase;
import org.patientsapi.values.ErasureReason;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole command side; a test may start several on one database. */
final class CommandNode implements AutoCloseable {

    private static final Caller DESK = new Caller(
            "front-desk",
            "asha",
            Set.of("patients:write"),
            BranchScope.ALL,
            "127.0.0.1",
            "request",
            Instant.MAX,
            "PATCH /patients/{id}");

    private final ConfigurableApplicationContext context;

    private CommandNode(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static CommandNode start(TestDatabase database, Path vault) {
        return new CommandNode(new SpringApplicationBuilder(CommandSideApplication.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=" + database.application().user(),
                        "spring.datasource.password=" + database.application().password(),
                        "spring.datasource.hikari.maximum-pool-size=4",
                        "spring.flyway.url=" + database.jdbcUrl(),
                        "spring.flyway.user=" + database.owner().user(),
                        "spring.flyway.password=" + database.owner().password(),
                        "spring.security.oauth2.resourceserver.jwt.issuer-uri=http://localhost",
                        "patients.vault.file=" + vault,
                        "patients.default-branch=BLR",
                        "logging.level.root=warn")
                .run());
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    PatientProfile register(String phone) {
        return register(Example.json("""
                {"first_name": "Rajesh", "last_name": "Kumar", "date_of_birth": "1985-03-15",
                 "gender": "male", "phone": "%s"}""".formatted(phone)));
    }

    PatientProfile registerTwinOf(PatientProfile elder) {
        return register(Example.json("""
                {"first_name": "Usha", "date_of_birth": "1985-03-15", "gender": "female", "phone": "%s",
                 "duplicate_override": {"reason": "twin", "of": "%s"}}""".formatted(elder.contact().phone(), elder.id())));
    }

    private PatientProfile register(JsonBody.Content body) {
        PatientBody.Registration registration =
                PatientBody.registration(FieldReader.forNew(body), OPTIONAL, Example.TODAY);
        return bean(CommandDispatch.class).send(bean(Registrations.class).command(registration, BranchScope.ALL), DESK);
    }

    PatientProfile changePhone(String id, String phone) {
        return change(id, "{\"phone\": \"%s\"}".formatted(phone));
    }

    PatientProfile change(String id, String patch) {
        return bean(CommandDispatch.class)
                .send(
                        new UpdatePatient(
                                id, PatientBody.patch(Example.json(patch), Example.TODAY), null, BranchScope.ALL),
                        DESK);
    }

    Erasure erase(String id) {
        return bean(CommandDispatch.class)
                .erase(new ErasePatient(id, ErasureReason.REGISTERED_IN_ERROR, false, null, BranchScope.ALL), DESK);
    }

    @Override
    public void close() {
        context.close();
    }
}
