package org.patientsapi.platform.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import java.util.regex.Pattern;

/** The number a request goes by in the answer, in the logs and on its events. */
public final class RequestId {

    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = RequestId.class.getName();
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /**
     * The client's own id where it sent an acceptable one, otherwise a new one; the same for as long as the request lives.
     * What is accepted cannot forge a log line.
     */
    public static String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String sent = request.getHeader(HEADER);
        String id = sent != null && ACCEPTED.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString();
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    /** The path that was asked for, as it was sent, also where Tomcat has since forwarded to its error page. */
    static String path(HttpServletRequest request) {
        Object forwardedFrom = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        String path = forwardedFrom instanceof String uri ? uri : request.getRequestURI();
        return path == null ? "/" : path;
    }
}
