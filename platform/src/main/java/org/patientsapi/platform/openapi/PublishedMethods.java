package org.patientsapi.platform.openapi;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.condition.RequestCondition;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Tells one side of the methods that the API has at the other. A client who goes through the gateway knows of no sides: what
 * a 405 or an answer to OPTIONS allows has to be whole, and a path that is only read is no 404 to a POST. What is meant for
 * the other side is taken here as little as before.
 */
public final class PublishedMethods implements SmartInitializingSingleton {

    private static final String API = "/api/";
    private static final Method HANDLER = Objects.requireNonNull(
            ReflectionUtils.findMethod(PublishedMethods.class, "answerElsewhere"), "stands below");

    private final RequestMappingHandlerMapping requestMappingHandlerMapping;
    private final OpenApiController published;

    /** @param requestMappingHandlerMapping named so, for the actuator has others */
    PublishedMethods(RequestMappingHandlerMapping requestMappingHandlerMapping, OpenApiController published) {
        this.requestMappingHandlerMapping = requestMappingHandlerMapping;
        this.published = published;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Set<String> own = requestMappingHandlerMapping.getHandlerMethods().keySet().stream()
                .flatMap(PublishedMethods::operations)
                .collect(Collectors.toSet());
        for (Map.Entry<String, JsonNode> path : published.paths().properties()) {
            if (path.getKey().startsWith(API)) {
                Arrays.stream(RequestMethod.values())
                        .filter(method -> path.getValue().has(method.name().toLowerCase(Locale.ROOT)))
                        .filter(method -> !own.contains(method + " " + path.getKey()))
                        .forEach(method -> addElsewhere(method, path.getKey()));
            }
        }
    }

    private static Stream<String> operations(RequestMappingInfo handler) {
        return handler.getMethodsCondition().getMethods().stream()
                .flatMap(method -> handler.getPatternValues().stream().map(path -> method + " " + path));
    }

    private void addElsewhere(RequestMethod method, String path) {
        RequestMappingInfo elsewhere = RequestMappingInfo.paths(path)
                .methods(method)
                .customCondition(new Never())
                .options(requestMappingHandlerMapping.getBuilderConfiguration())
                .build();
        requestMappingHandlerMapping.registerMapping(elsewhere, this, HANDLER);
    }

    /** Never asked: see {@link Never}. */
    void answerElsewhere() {}

    /** Spring counts the method of such a handler among those of its path, and never finds that a request is meant for it. */
    private static final class Never implements RequestCondition<Never> {

        @Override
        public Never combine(Never other) {
            return this;
        }

        @Override
        public @Nullable Never getMatchingCondition(HttpServletRequest request) {
            return null;
        }

        @Override
        public int compareTo(Never other, HttpServletRequest request) {
            return 0;
        }
    }
}
