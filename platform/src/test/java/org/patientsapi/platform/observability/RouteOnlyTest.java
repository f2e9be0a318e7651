package org.patientsapi.platform.observability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RouteOnlyTest {

    private final RouteOnly convention = new RouteOnly();

    @Test
    void a_span_names_method_and_route() {
        ServerRequestObservationContext context = asked("PATCH");
        context.setPathPattern("/api/v1/patients/{id}");

        assertThat(convention.getContextualName(context)).isEqualTo("http patch /api/v1/patients/{id}");
    }

    @Test
    void a_method_that_there_is_not_is_left_out() {
        assertThat(convention.getContextualName(asked("RAJESH-9876543210"))).isEqualTo("http unknown");
    }

    private static ServerRequestObservationContext asked(String method) {
        return new ServerRequestObservationContext(
                new MockHttpServletRequest(method, "/api/v1/patients/9876543210"), new MockHttpServletResponse());
    }
}
