package org.patientsapi.query.search;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Remembers what was computed, up to a number of entries, then starts anew. Names repeat so much that a real register
 * stays below the bound; the bound is there for texts made up to fill memory.
 */
final class Bounded<K, V> {

    private final int most;
    private final Map<K, V> known = new ConcurrentHashMap<>();

    Bounded(int most) {
        this.most = most;
    }

    V get(K key, Function<K, V> compute) {
        var found = known.get(key);
        if (found != null) {
            return found;
        }
        var made = compute.apply(key);
        if (known.size() >= most) {
            known.clear();
        }
        known.put(key, made);
        return made;
    }
}
