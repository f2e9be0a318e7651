package org.patientsapi.platform.web;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpHeaders;

/**
 * What Tomcat refuses before any filter sees it, such as an encoded slash, in the form of all other errors. Public, with a
 * public constructor, because Tomcat makes it by name.
 */
public final class ProblemReportValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, Throwable thrown) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            ProblemWriter.write(
                    request.getRequest(),
                    response.getResponse(),
                    Failures.byStatus(response.getStatus(), HttpHeaders.EMPTY));
            response.finishResponse();
        } catch (IOException | IllegalStateException gone) {
            // The client did not wait for the answer.
        }
    }
}
