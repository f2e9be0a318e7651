package org.patientsapi.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Indian names by region, commonest first, with the spellings in use and their writing in eight scripts. The lists are
 * the project's own, from general knowledge of how Indian names are written.
 */
final class IndianNames {

    /**
     * One name.
     *
     * @param id the same for names that share a spelling
     * @param spellings the usual one first
     */
    record Family(String id, List<String> spellings, Map<String, String> natives) {}

    static final List<String> REGIONS =
            List.of("north", "west", "bengal", "punjab", "tamil", "telugu", "kannada", "kerala", "muslim");

    private final Map<String, List<Family>> lists = new LinkedHashMap<>();
    private final Set<String> known;

    IndianNames() {
        var raw = new LinkedHashMap<String, List<List<String>>>();
        List<List<String>> current = new ArrayList<>();
        for (var line : lines("names.txt")) {
            if (line.startsWith("@")) {
                current = raw.computeIfAbsent(line.substring(1), l -> new ArrayList<>());
            } else {
                current.add(List.of(line.split("/", -1)));
            }
        }
        var ids = united(raw.values().stream().flatMap(List::stream).toList());
        var natives = natives();
        raw.forEach((list, families) -> lists.put(
                list,
                families.stream()
                        .map(spellings -> new Family(
                                ids.getOrDefault(spellings.getFirst().toLowerCase(Locale.ROOT), ""),
                                spellings,
                                natives.getOrDefault(list.split(" ", -1)[0] + " " + spellings.getFirst(), Map.of())))
                        .toList()));
        known = Set.copyOf(ids.keySet());
    }

    List<Family> list(String region, String kind) {
        return lists.getOrDefault(region + " " + kind, List.of());
    }

    boolean isKnown(String spelling) {
        return known.contains(spelling.toLowerCase(Locale.ROOT));
    }

    List<Family> all() {
        return lists.values().stream().flatMap(List::stream).toList();
    }

    /** Lists that share a spelling write one name: each spelling's smallest connected one. */
    private static Map<String, String> united(List<List<String>> families) {
        var ids = new HashMap<String, String>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (var family : families) {
                var id = family.stream()
                        .map(spelling ->
                                ids.getOrDefault(spelling.toLowerCase(Locale.ROOT), spelling.toLowerCase(Locale.ROOT)))
                        .min(String::compareTo)
                        .orElseThrow();
                for (var spelling : family) {
                    changed |= !id.equals(ids.put(spelling.toLowerCase(Locale.ROOT), id));
                }
            }
        }
        return ids;
    }

    /** By region and usual spelling: script to writing. */
    private static Map<String, Map<String, String>> natives() {
        var natives = new HashMap<String, Map<String, String>>();
        var heading = new String[0];
        for (var line : lines("scripts.txt")) {
            if (line.startsWith("@")) {
                heading = line.substring(1).split(" ", -1);
            } else {
                for (var pair : line.split(" ", -1)) {
                    for (int i = 1; i < heading.length; i++) {
                        var parts = pair.split("=", -1);
                        natives.computeIfAbsent(heading[i] + " " + parts[0], name -> new LinkedHashMap<>())
                                .put(heading[0], parts[1]);
                    }
                }
            }
        }
        return natives;
    }

    private static List<String> lines(String resource) {
        try (var in = IndianNames.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
