package org.patientsapi.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What Spring MVC or a controller throws. Written by hand, so that an odd {@code Accept} cannot get in its way. */
@RestControllerAdvice
final class ProblemAdvice {

    @ExceptionHandler(Throwable.class)
    void answer(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Failures.answer(request, response, failure);
    }
}
