package org.patientsapi.platform.web;

import java.util.Locale;
import org.springframework.http.HttpStatus;

/**
 * Every kind of error a client can meet. The {@code code} is the constant in lower case and, like the {@code type} made
 * from it, part of the contract: it is never renamed. The type is a name and not an address, so that it says the same in
 * every installation.
 */
public enum ProblemType {
    INVALID_FIELDS(HttpStatus.BAD_REQUEST, "Some fields are missing or not acceptable"),
    MALFORMED_JSON(HttpStatus.BAD_REQUEST, "The body is not the JSON it should be"),
    INVALID_REQUEST(HttpStatus.BAD_REQUEST, "The request is not acceptable"),
    TOKEN_REQUIRED(HttpStatus.UNAUTHORIZED, "A token is required"),
    INVALID_TOKEN(HttpStatus.UNAUTHORIZED, "The token is not valid"),
    INSUFFICIENT_SCOPE(HttpStatus.FORBIDDEN, "The token does not grant this"),
    BRANCH_NOT_GRANTED(HttpStatus.FORBIDDEN, "The token does not grant this branch"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here"),
    PATIENT_NOT_FOUND(HttpStatus.NOT_FOUND, "No such patient"),
    VISIT_NOT_FOUND(HttpStatus.NOT_FOUND, "No such visit"),
    AUDIT_ENTRY_NOT_FOUND(HttpStatus.NOT_FOUND, "No such audit entry"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This method is not available here"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "None of the accepted media types is available"),
    DUPLICATE_PATIENT(HttpStatus.CONFLICT, "The patient is already registered"),
    VISIT_CONFLICT(HttpStatus.CONFLICT, "The visit cannot become that"),
    LEGAL_HOLD(HttpStatus.CONFLICT, "The law keeps this for now"),
    IDEMPOTENCY_KEY_IN_USE(HttpStatus.CONFLICT, "The first request with this key is still running"),
    STALE_VERSION(HttpStatus.PRECONDITION_FAILED, "Somebody changed this meanwhile"),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "This media type is not supported here"),
    IDEMPOTENCY_KEY_REUSED(HttpStatus.UNPROCESSABLE_CONTENT, "The key was used for another request"),
    RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Unexpected error"),
    STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "A store is not available");

    private final HttpStatus status;
    private final String title;

    ProblemType(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The stable machine word, such as {@code duplicate_patient}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** RFC 9457's {@code type}. */
    public String uri() {
        return "urn:patients-api:problem:" + code();
    }

    /** What an error that is known by its status only is called. */
    static ProblemType ofStatus(int status) {
        return switch (status) {
            case 401 -> TOKEN_REQUIRED;
            case 403 -> INSUFFICIENT_SCOPE;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> RATE_LIMITED;
            case 503 -> STORE_UNAVAILABLE;
            // Tomcat's words for a transfer coding and a version of HTTP that nobody has: the fault is the client's.
            case 501, 505 -> INVALID_REQUEST;
            default -> status >= 400 && status < 500 ? INVALID_REQUEST : INTERNAL_ERROR;
        };
    }
}
