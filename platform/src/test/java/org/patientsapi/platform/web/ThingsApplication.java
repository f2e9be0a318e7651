package org.patientsapi.platform.web;

import static org.patientsapi.platform.web.FieldReader.Need.OPTIONAL;
import static org.patientsapi.platform.web.FieldReader.Need.REQUIRED;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal;
import org.patientsapi.platform.openapi.OpenApiController;
import org.patientsapi.platform.openapi.PublishedMethods;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.security.SecurityConfiguration;
import org.patientsapi.values.Gender;
import org.patientsapi.values.PersonName;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A deployable without stores: what is under test, and a controller that uses all of it. */
@SpringBootConfiguration
@EnableAutoConfiguration(
        excludeName = {
            "org.patientsapi.platform.eventstore.EventStoreAutoConfiguration",
            "org.patientsapi.platform.vault.VaultAutoConfiguration",
            "org.patientsapi.platform.audit.AuditAutoConfiguration",
            "org.patientsapi.platform.erasure.ErasureAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonTimeoutAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonTracingAutoConfiguration",
            "org.axonframework.springboot.autoconfig.EventProcessingAutoConfiguration",
            "org.axonframework.springboot.autoconfig.InfraConfiguration",
            "org.axonframework.springboot.autoconfig.InterceptorAutoConfiguration",
            "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration",
            "org.axonframework.springboot.autoconfig.XStreamAutoConfiguration"
        })
@Import({
    WebConfiguration.class,
    SecurityConfiguration.class,
    OpenApiController.class,
    PublishedMethods.class,
    ThingsApplication.Things.class
})
class ThingsApplication {

    @RestController
    static class Things {

        private final ZoneId zone;

        Things(ZoneId zone) {
            this.zone = zone;
        }

        @GetMapping("/api/v1/caller")
        @RequiresScope("patients:read")
        Map<String, String> caller(Caller caller) {
            return caller.metadata();
        }

        record Answer(String firstName, LocalDate bornOn, Instant registeredAt) {}

        @GetMapping("/api/v1/things/{id}")
        @RequiresScope("patients:read")
        Answer thing(@PathVariable String id) {
            return new Answer(id, LocalDate.of(1985, 3, 15), Instant.EPOCH);
        }

        @PostMapping(path = "/api/v1/things", consumes = MediaType.APPLICATION_JSON_VALUE)
        @RequiresScope("patients:write")
        Map<String, Object> create(@RequestBody byte[] body) {
            FieldReader fields = FieldReader.forNew(JsonBody.parse(body));
            fields.readOnly("id", "age");
            fields.text("first_name", REQUIRED, PersonName::parse);
            fields.text("gender", REQUIRED, Gender::parse);
            FieldReader address = fields.object("address", OPTIONAL);
            if (address != null) {
                address.text("pincode", REQUIRED, Function.identity());
            }
            fields.finish();
            return Map.of("size", JsonBody.parse(body).object().size());
        }

        @PatchMapping(
                path = "/api/v1/things/{id}",
                consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
        @RequiresScope("patients:write")
        Map<String, Object> patch(@RequestBody byte[] body) {
            return Map.of("size", JsonBody.parse(body).object().size());
        }

        @GetMapping("/api/v1/list")
        @RequiresScope("patients:read")
        List<String> list(HttpServletRequest request) {
            QueryParameters query = QueryParameters.of(request, zone);
            String search = query.text("search", 100);
            List<String> read = List.of(
                    String.valueOf(query.page()),
                    String.valueOf(query.perPage()),
                    String.valueOf(search),
                    String.valueOf(query.moment("registered_after")));
            query.finish();
            return read;
        }

        @GetMapping("/api/v1/bound")
        @RequiresScope("patients:read")
        int bound(@RequestParam int number) {
            return number;
        }

        @GetMapping("/api/v1/key")
        @RequiresScope("patients:read")
        List<String> key(@RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
            return List.of(key == null ? "no key" : key.length() + " characters");
        }

        /** Of the published operations these are at this side. */
        @GetMapping({"/api/v1/patients", "/api/v1/audit/seals"})
        @RequiresScope("patients:read")
        List<String> published() {
            return List.of();
        }

        @GetMapping("/api/v1/forgotten")
        String withoutScope() {
            return "served to anybody";
        }

        @GetMapping("/backdoor")
        String outsideOfTheApi() {
            return "served to anybody";
        }

        @GetMapping("/api/v1/thread")
        @RequiresScope("patients:read")
        boolean virtual() {
            return Thread.currentThread().isVirtual();
        }

        @GetMapping("/api/v1/send-error/{status}")
        @RequiresScope("patients:read")
        void sendError(@PathVariable int status, HttpServletResponse response) throws IOException {
            response.sendError(status, "Rajesh Kumar");
        }

        @GetMapping("/api/v1/refusals/{kind}")
        @RequiresScope("patients:read")
        void refuse(@PathVariable String kind) throws Throwable {
            throw switch (kind) {
                case "missing" -> new Refusal.PatientNotFound();
                case "duplicate" -> new Refusal.DuplicatePatient("id-1", "NUMBER-1", List.of("phone", "date_of_birth"));
                case "stale" -> new Refusal.StaleVersion(7);
                case "branch" -> new Refusal.BranchNotGranted();
                case "in-use" -> new Refusal.IdempotencyKeyInUse();
                case "reused" -> new Refusal.IdempotencyKeyReused();
                case "away" -> new Refusal.StoreUnavailable("search engine");
                case "wrapped" -> new IllegalStateException("outer", new Refusal.PatientNotFound());
                case "database" ->
                    new IllegalStateException(new SQLTransientConnectionException("Rajesh Kumar", "08001"));
                // As the driver tells it when the server is killed.
                case "broken-off" ->
                    new IllegalStateException(new SQLException("Rajesh Kumar", "08006", new EOFException()));
                case "error" -> new AssertionError("Rajesh Kumar");
                default -> new IllegalStateException("Rajesh Kumar, +919876543210");
            };
        }
    }
}
