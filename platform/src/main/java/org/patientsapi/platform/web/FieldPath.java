package org.patientsapi.platform.web;

import java.util.regex.Pattern;

/** Names a field in an answer, such as {@code insurance[0].provider}. */
final class FieldPath {

    private static final int LONGEST_NAME = 64;
    private static final Pattern UNUSUAL = Pattern.compile("[^A-Za-z0-9_-]");

    private FieldPath() {}

    /** A name made up by the client is cut and cleaned: it is no way to have a text of one's choice echoed. */
    static String of(String parent, String name) {
        String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
        String clean = UNUSUAL.matcher(cut).replaceAll("?");
        return parent.isEmpty() ? clean : parent + "." + clean;
    }

    static String of(String parent, int index) {
        return parent + "[" + index + "]";
    }
}
