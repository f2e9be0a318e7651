package org.patientsapi.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.axonframework.serialization.SerializationException;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal;
import org.patientsapi.platform.observability.StackTrace;
import org.patientsapi.values.InvalidFields;
import org.patientsapi.values.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns whatever a request ended with into the problem document that the contract has for it. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** Logs what nobody expected, without the messages of the exceptions: see {@link StackTrace}. */
    static void answer(HttpServletRequest request, HttpServletResponse response, Throwable failure) throws IOException {
        if (isClientGone(failure)) {
            return;
        }
        HttpProblem problem = problem(failure);
        if (problem.type() == ProblemType.INTERNAL_ERROR) {
            LOG.error("Request {} failed: {}", RequestId.of(request), StackTrace.withoutMessages(failure));
        } else if (problem.type() == ProblemType.STORE_UNAVAILABLE) {
            LOG.warn(
                    "Request {} met a store that does not answer. {} {}",
                    RequestId.of(request),
                    problem.detail(),
                    StackTrace.classes(failure));
        }
        ProblemWriter.write(request, response, problem);
    }

    /**
     * By what the container throws, and not by words or types that a database says too when its connection breaks off: who
     * is still there would get an empty 200.
     */
    private static boolean isClientGone(Throwable failure) {
        return StackTrace.causes(failure)
                .anyMatch(cause ->
                        cause instanceof ClientAbortException || cause instanceof AsyncRequestNotUsableException);
    }

    static HttpProblem problem(Throwable failure) {
        // Buses and executors wrap what was thrown, so the causes are asked too, from the outside in.
        return StackTrace.causes(failure)
                .map(Failures::known)
                .flatMap(Stream::ofNullable)
                .findFirst()
                .orElseGet(() -> HttpProblem.of(
                        ProblemType.INTERNAL_ERROR,
                        "Something went wrong here. Please quote the request_id to support."));
    }

    private static @Nullable HttpProblem known(Throwable failure) {
        return switch (failure) {
            case ProblemException refused -> refused.problem();
            case InvalidFields invalid -> invalid(invalid.problems());
            case Refusal refusal -> refused(refusal);
            case MissingServletRequestParameterException missing ->
                invalid(missing.getParameterName(), "required", "This parameter is required.");
            case MissingRequestHeaderException missing ->
                invalid(missing.getHeaderName(), "required", "This header is required.");
            case MethodArgumentTypeMismatchException wrong ->
                invalid(wrong.getName(), "invalid_format", "This parameter does not have the expected form.");
            case HttpMessageNotReadableException unreadable -> JsonBody.problem("The body is missing or breaks off.");
            case InvalidParameterException badlyEncoded -> unreadableQuery(badlyEncoded.getErrorCode());
            // An event or key that is damaged, or newer than this version; whoever is on duty hears of it as a parked
            // patient.
            case SerializationException unreadable ->
                unavailable("The record of this patient is not available at the moment.", "60");
            case HttpRequestMethodNotSupportedException wrong -> methodNotAllowed(wrong);
            case ErrorResponse spring -> byStatus(spring.getStatusCode().value(), spring.getHeaders());
            default ->
                StoreOutage.isCause(failure) ? unavailable("The event store is not available at the moment.") : null;
        };
    }

    /** Spring does not name HEAD, which it answers wherever there is GET. */
    private static HttpProblem methodNotAllowed(HttpRequestMethodNotSupportedException wrong) {
        Set<HttpMethod> there =
                new LinkedHashSet<>(Objects.requireNonNullElse(wrong.getSupportedHttpMethods(), Set.of()));
        if (there.contains(HttpMethod.GET)) {
            there.add(HttpMethod.HEAD);
        }
        HttpProblem problem = byStatus(wrong.getStatusCode().value(), HttpHeaders.EMPTY);
        return there.isEmpty()
                ? problem
                : problem.header(
                        HttpHeaders.ALLOW, there.stream().map(HttpMethod::name).collect(Collectors.joining(", ")));
    }

    private static HttpProblem refused(Refusal refusal) {
        String detail = String.valueOf(refusal.getMessage());
        return switch (refusal) {
            case Refusal.PatientNotFound missing -> HttpProblem.of(ProblemType.PATIENT_NOT_FOUND, detail);
            case Refusal.VisitNotFound missing -> HttpProblem.of(ProblemType.VISIT_NOT_FOUND, detail);
            case Refusal.VisitConflict conflict ->
                HttpProblem.of(ProblemType.VISIT_CONFLICT, detail).member("visit_id", conflict.visitId());
            case Refusal.DuplicatePatient duplicate ->
                HttpProblem.of(ProblemType.DUPLICATE_PATIENT, detail)
                        .member("existing_patient_id", duplicate.existingId())
                        .member("existing_patient_number", duplicate.existingNumber())
                        .member("matched_on", duplicate.matchedOn());
            case Refusal.StaleVersion stale ->
                HttpProblem.of(ProblemType.STALE_VERSION, detail)
                        .header(HttpHeaders.ETAG, EntityTags.of(stale.currentVersion()));
            case Refusal.LegalHold held -> HttpProblem.of(ProblemType.LEGAL_HOLD, detail);
            case Refusal.BranchNotGranted foreign ->
                HttpProblem.of(ProblemType.BRANCH_NOT_GRANTED, detail).challenge("error=\"insufficient_scope\"");
            case Refusal.IdempotencyKeyInUse running ->
                HttpProblem.of(ProblemType.IDEMPOTENCY_KEY_IN_USE, detail).header(HttpHeaders.RETRY_AFTER, "1");
            case Refusal.IdempotencyKeyReused reused -> HttpProblem.of(ProblemType.IDEMPOTENCY_KEY_REUSED, detail);
            case Refusal.StoreUnavailable away -> unavailable(detail);
        };
    }

    private static HttpProblem unavailable(String detail) {
        return unavailable(detail, "5");
    }

    private static HttpProblem unavailable(String detail, String seconds) {
        return HttpProblem.of(ProblemType.STORE_UNAVAILABLE, detail).header(HttpHeaders.RETRY_AFTER, seconds);
    }

    private static HttpProblem invalid(String field, String code, String message) {
        return invalid(List.of(new Problem(field, code, message)));
    }

    /** Of parameters that cannot be told apart there is one thing to name, which is the query. */
    private static HttpProblem unreadableQuery(int status) {
        return byStatus(status, HttpHeaders.EMPTY)
                .member(
                        "errors",
                        List.of(new Problem("query", "invalid_format", "Parameters in UTF-8 and percent-encoded.")));
    }

    private static HttpProblem invalid(List<Problem> problems) {
        return HttpProblem.of(ProblemType.INVALID_FIELDS, "Nothing was done. What is wrong stands under errors.")
                .member("errors", problems);
    }

    /** For an error that only has a status; the headers are those that go with it, such as {@code Allow}. */
    static HttpProblem byStatus(int status, HttpHeaders headers) {
        ProblemType type = ProblemType.ofStatus(status);
        HttpProblem problem = HttpProblem.of(type, type.title() + ".");
        for (String name : headers.headerNames()) {
            problem = problem.header(name, String.join(", ", headers.getOrEmpty(name)));
        }
        return type == ProblemType.STORE_UNAVAILABLE ? problem.header(HttpHeaders.RETRY_AFTER, "5") : problem;
    }
}
