package org.patientsapi.query.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Answers a {@link Clause} as the search engine does, from plain maps: the rules of rank can be tested without one. */
final class InMemoryIndex {

    /** @param document the place at which it was added, from 0 */
    record Hit(int document, int score) {}

    private static final class Postings {
        private int[] documents = new int[4];
        private int size;

        void add(int document) {
            if (size > 0 && documents[size - 1] == document) {
                return;
            }
            if (size == documents.length) {
                documents = Arrays.copyOf(documents, size * 2);
            }
            documents[size++] = document;
        }
    }

    /** Documents in rising order, each with its points. */
    private record Matches(int[] documents, int[] points) {
        static final Matches NONE = new Matches(new int[0], new int[0]);
    }

    private final Map<SearchField, TreeMap<String, Postings>> fields = new EnumMap<>(SearchField.class);
    private int size;

    int add(SearchTokens tokens) {
        int document = size++;
        tokens.byField()
                .forEach((field, list) -> list.forEach(token -> fields.computeIfAbsent(field, f -> new TreeMap<>())
                        .computeIfAbsent(token, t -> new Postings())
                        .add(document)));
        return document;
    }

    /** As lists are searched. */
    List<Hit> search(String text) {
        var query = SearchQuery.parse(text);
        var hits = search(query.clause(0));
        int best = hits.isEmpty() ? 0 : hits.getFirst().score();
        if (query.attempts() == 1 || query.suffices(hits.size(), best)) {
            return hits;
        }
        var all = search(query.clause(1));
        if (all.isEmpty()) {
            return search(query.clause(2));
        }
        boolean crowd = query.mayBeBetterThan(all.size(), best)
                && !search(query.asTyped()).isEmpty();
        return crowd ? hits : all;
    }

    /** All that match, best first, ties by place. */
    List<Hit> search(Clause clause) {
        var matches = match(clause);
        var hits = new ArrayList<Hit>(matches.documents().length);
        for (int i = 0; i < matches.documents().length; i++) {
            hits.add(new Hit(matches.documents()[i], matches.points()[i]));
        }
        hits.sort((a, b) -> a.score() != b.score() ? b.score() - a.score() : a.document() - b.document());
        return hits;
    }

    private Matches match(Clause clause) {
        return switch (clause) {
            case Clause.Nobody nobody -> Matches.NONE;
            case Clause.Scored scored -> {
                var documents = match(scored.filter());
                var points = new int[documents.length];
                Arrays.fill(points, scored.points());
                yield new Matches(documents, points);
            }
            case Clause.BestOf any -> {
                var best = Matches.NONE;
                for (var alternative : any.alternatives()) {
                    best = union(best, match(alternative));
                }
                yield best;
            }
            case Clause.AllOf every -> {
                var all = match(every.required().getFirst());
                for (var one : every.required().subList(1, every.required().size())) {
                    all = both(all, match(one), false);
                }
                for (var one : every.bonus()) {
                    all = both(all, match(one), true);
                }
                yield all;
            }
        };
    }

    private int[] match(Clause.Filter filter) {
        return switch (filter) {
            case Clause.Term term -> documents(List.of(postings(term.field(), term.token())));
            case Clause.AnyTerm any ->
                documents(any.tokens().stream()
                        .map(token -> postings(any.field(), token))
                        .toList());
            case Clause.Fuzzy fuzzy ->
                documents(of(fuzzy.field()).entrySet().stream()
                        .filter(token ->
                                token.getKey().charAt(0) == fuzzy.token().charAt(0))
                        .filter(token -> errors(token.getKey(), fuzzy.token()) <= 2)
                        .map(Map.Entry::getValue)
                        .toList());
            case Clause.Prefix prefix ->
                documents(List.copyOf(of(prefix.field())
                        .subMap(prefix.start(), prefix.start() + Character.MAX_VALUE)
                        .values()));
        };
    }

    /** Letters missing, added, changed, or swapped with the next: the optimal string alignment. */
    private static int errors(String one, String other) {
        if (Math.abs(one.length() - other.length()) > 2) {
            return Integer.MAX_VALUE;
        }
        var least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                least[i][j] = Math.min(least[i - 1][j - 1] + changed, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
                }
            }
        }
        return least[one.length()][other.length()];
    }

    private Postings postings(SearchField field, String token) {
        return of(field).getOrDefault(token, new Postings());
    }

    private TreeMap<String, Postings> of(SearchField field) {
        return fields.getOrDefault(field, new TreeMap<>());
    }

    private static int[] documents(List<Postings> lists) {
        if (lists.size() == 1) {
            return Arrays.copyOf(lists.getFirst().documents, lists.getFirst().size);
        }
        return lists.stream()
                .flatMapToInt(list -> Arrays.stream(list.documents, 0, list.size))
                .sorted()
                .distinct()
                .toArray();
    }

    private static Matches union(Matches a, Matches b) {
        var documents = new int[a.documents.length + b.documents.length];
        var points = new int[documents.length];
        int n = 0;
        for (int i = 0, j = 0; i < a.documents.length || j < b.documents.length; n++) {
            int left = i < a.documents.length ? a.documents[i] : Integer.MAX_VALUE;
            int right = j < b.documents.length ? b.documents[j] : Integer.MAX_VALUE;
            documents[n] = Math.min(left, right);
            if (left <= right) {
                points[n] = a.points[i++];
            }
            if (right <= left) {
                points[n] = Math.max(points[n], b.points[j++]);
            }
        }
        return new Matches(Arrays.copyOf(documents, n), Arrays.copyOf(points, n));
    }

    /** Adds the points of {@code b}; a document that it lacks is left out unless {@code optional}. */
    private static Matches both(Matches a, Matches b, boolean optional) {
        var documents = new int[a.documents.length];
        var points = new int[a.documents.length];
        int n = 0;
        for (int i = 0, j = 0; i < a.documents.length; i++) {
            while (j < b.documents.length && b.documents[j] < a.documents[i]) {
                j++;
            }
            boolean found = j < b.documents.length && b.documents[j] == a.documents[i];
            if (found || optional) {
                documents[n] = a.documents[i];
                points[n++] = a.points[i] + (found ? b.points[j] : 0);
            }
        }
        return new Matches(Arrays.copyOf(documents, n), Arrays.copyOf(points, n));
    }
}
