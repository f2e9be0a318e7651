package org.patientsapi.api;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a merge patch (RFC 7396) says of one field: nothing, a new value, or that it be cleared.
 *
 * @param given whether the patch names the field at all
 * @param value the new value; {@code null} clears the field
 */
public record Change<T>(boolean given, @Nullable T value) {

    private static final Change<?> NONE = new Change<>(false, null);

    /** The patch does not name the field. */
    @SuppressWarnings("unchecked") // an absent change holds no T
    public static <T> Change<T> none() {
        return (Change<T>) NONE;
    }

    public static <T> Change<T> to(@Nullable T value) {
        return new Change<>(true, value);
    }

    /** The field after the patch. */
    public @Nullable T after(@Nullable T current) {
        return given ? value : current;
    }

    /** The field after the patch, in the plain form in which events carry it. */
    public <P> @Nullable P after(@Nullable P current, Function<T, P> plain) {
        if (!given) {
            return current;
        }
        return value == null ? null : plain.apply(value);
    }
}
