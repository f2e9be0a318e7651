package org.patientsapi.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the gateway sends a request, read from the {@code nginx.conf} that the compose file mounts: as much of nginx's rules as
 * is used there, which are exact and prefix locations and a map over the method.
 */
final class GatewayRules {

    static final Path FILE = Path.of("..", "deploy", "gateway", "nginx.conf");

    private static final Pattern TOKEN = Pattern.compile("#[^\n]*|'[^']*'|\"[^\"]*\"|[{};]|[^\\s{};]+");

    /** @param children null where it ends with a semicolon */
    private record Directive(List<String> words, List<Directive> children) {
        String name() {
            return words.getFirst();
        }

        Stream<Directive> all(String wanted) {
            return children.stream().filter(child -> child.name().equals(wanted));
        }

        Directive only(String wanted) {
            return all(wanted)
                    .reduce((a, b) -> {
                        throw new IllegalStateException(wanted + " stands twice in " + name());
                    })
                    .orElseThrow(() -> new IllegalStateException("there is no " + wanted + " in " + name()));
        }
    }

    /**
     * @param upstream the group of servers that answers
     * @param path that it is asked for
     */
    record Target(String upstream, String path) {}

    private final Directive http;
    private final Directive server;
    private final Map<String, String> sideByMethod = new HashMap<>();

    GatewayRules() {
        http = parsed().only("http");
        server = http.only("server");
        http.all("map")
                .filter(map -> map.words().equals(List.of("map", "$request_method", "$side")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the side is no longer told by the method"))
                .children()
                .forEach(entry -> sideByMethod.put(entry.name(), entry.words().get(1)));
    }

    private static Directive parsed() {
        Deque<Directive> open = new ArrayDeque<>();
        open.push(new Directive(List.of("the file"), new ArrayList<>()));
        List<String> words = new ArrayList<>();
        Matcher tokens = TOKEN.matcher(text());
        while (tokens.find()) {
            String token = tokens.group();
            switch (token) {
                case ";" -> {
                    open.element().children().add(new Directive(List.copyOf(words), List.of()));
                    words.clear();
                }
                case "{" -> {
                    Directive block = new Directive(List.copyOf(words), new ArrayList<>());
                    open.element().children().add(block);
                    open.push(block);
                    words.clear();
                }
                case "}" -> open.pop();
                default -> {
                    if (!token.startsWith("#")) {
                        words.add(token);
                    }
                }
            }
        }
        return open.element();
    }

    private static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The servers of each group, as {@code host:port}. */
    Map<String, List<String>> upstreams() {
        Map<String, List<String>> servers = new HashMap<>();
        http.all("upstream")
                .forEach(group -> servers.put(
                        group.words().get(1),
                        group.all("server").map(entry -> entry.words().get(1)).toList()));
        return servers;
    }

    /** @param path without a query */
    Target target(String method, String path) {
        Directive location = server.all("location")
                .filter(candidate -> matches(candidate, path))
                .max(Comparator.comparing((Directive candidate) -> isExact(candidate))
                        .thenComparing(candidate -> candidate.words().getLast().length()))
                .orElseThrow();
        String pass = location.only("proxy_pass").words().get(1).replaceFirst("^http://", "");
        int slash = pass.indexOf('/');
        String upstream = slash < 0 ? pass : pass.substring(0, slash);
        if (upstream.equals("$side")) {
            upstream = sideByMethod.getOrDefault(method, sideByMethod.get("default"));
        }
        return new Target(upstream, slash < 0 ? path : pass.substring(slash));
    }

    private static boolean isExact(Directive location) {
        return location.words().get(1).equals("=");
    }

    private static boolean matches(Directive location, String path) {
        String pattern = location.words().getLast();
        if (pattern.startsWith("@")) {
            return false;
        }
        return isExact(location) ? path.equals(pattern) : path.startsWith(pattern);
    }
}
