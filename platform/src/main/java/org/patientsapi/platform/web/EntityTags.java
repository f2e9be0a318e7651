package org.patientsapi.platform.web;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Entity tags (RFC 9110, 8.8.3) as this API makes them: the quoted version of a patient or of a visit. */
public final class EntityTags {

    /** One of ours in a list: the same characters, since a tag is compared and not read, and nothing else between two commas. */
    private static final Pattern TAG = Pattern.compile("(?<![^\\s,])(W/)?\"([1-9][0-9]{0,17})\"(?![^\\s,])");

    private EntityTags() {}

    public static String of(long version) {
        return "\"" + version + "\"";
    }

    /**
     * The versions that an {@code If-Match} allows: none at all if it names no tag of ours, since then none can match.
     * A weak tag never matches (strong comparison).
     *
     * @return {@code null} where any will do: no header, or {@code *}
     */
    public static @Nullable Set<Long> required(@Nullable String ifMatch) {
        return ifMatch == null || ifMatch.strip().equals("*") ? null : versions(ifMatch, false);
    }

    /** The versions that the caller of an {@code If-None-Match} has seen; weak tags count. */
    public static Set<Long> seen(@Nullable String ifNoneMatch) {
        return ifNoneMatch == null ? Set.of() : versions(ifNoneMatch, true);
    }

    /** Whether the caller of an {@code If-None-Match} has seen this version, or whichever there is ({@code *}). */
    public static boolean isSeen(@Nullable String ifNoneMatch, long version) {
        return ifNoneMatch != null
                && (ifNoneMatch.strip().equals("*") || seen(ifNoneMatch).contains(version));
    }

    private static Set<Long> versions(String header, boolean weakToo) {
        Set<Long> versions = new LinkedHashSet<>();
        Matcher tags = TAG.matcher(header);
        while (tags.find()) {
            if (weakToo || tags.group(1) == null) {
                versions.add(Long.valueOf(tags.group(2)));
            }
        }
        return versions;
    }
}
