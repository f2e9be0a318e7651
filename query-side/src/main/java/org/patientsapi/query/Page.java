package org.patientsapi.query;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param total how many there are on all pages
 * @param best the sort value of the page's first entry; 0 when there is none
 * @param last the place of the page's last entry; {@code null} when no page follows
 */
record Page<T>(
        List<T> entries, long total, double best, @Nullable Position last) {
    Page(List<T> entries, long total, @Nullable Position last) {
        this(entries, total, 0, last);
    }

    /** Counted out as well; somebody who became a tombstone between page and count is counted out twice. */
    Page<T> without(Predicate<T> hidden) {
        List<T> shown = entries.stream().filter(hidden.negate()).toList();
        long less = Math.max(shown.size(), total - (entries.size() - shown.size()));
        return new Page<>(shown, less, best, last);
    }

    Page<T> atAttempt(int attempt) {
        return new Page<>(entries, total, best, last == null ? null : last.atAttempt(attempt));
    }
}
