package org.patientsapi.platform.eventstore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one node tells the others of its commits: {@code <node> <patient id>:<version>,…}.
 *
 * @param node who says so; its own notices are of no interest to it
 * @param versions by patient id
 */
record CommitNotice(String node, Map<String, Long> versions) {

    static final String CHANNEL = "patients_events";

    /** PostgreSQL takes payloads below 8000 bytes; a patient takes 36 of id, up to 20 of version, 2 of punctuation. */
    private static final int PATIENTS_PER_NOTICE = 120;

    private static final Pattern FORM = Pattern.compile("\\S+ [0-9a-f-]{36}:\\d{1,18}(,[0-9a-f-]{36}:\\d{1,18})*");

    /** As many payloads as the size limit asks for. */
    List<String> payloads() {
        List<String> payloads = new ArrayList<>();
        StringBuilder payload = new StringBuilder();
        int patients = 0;
        for (Map.Entry<String, Long> commit : versions.entrySet()) {
            payload.append(payload.isEmpty() ? node + ' ' : ",")
                    .append(commit.getKey())
                    .append(':')
                    .append(commit.getValue());
            if (++patients % PATIENTS_PER_NOTICE == 0) {
                payloads.add(payload.toString());
                payload.setLength(0);
            }
        }
        if (!payload.isEmpty()) {
            payloads.add(payload.toString());
        }
        return payloads;
    }

    /** Empty for what no node of this product says: anybody with the database's password can notify. */
    static Optional<CommitNotice> parse(String payload) {
        if (!FORM.matcher(payload).matches()) {
            return Optional.empty();
        }
        int space = payload.indexOf(' ');
        Map<String, Long> versions = new HashMap<>();
        for (String commit : payload.substring(space + 1).split(",", -1)) {
            int colon = commit.indexOf(':');
            versions.put(commit.substring(0, colon), Long.valueOf(commit.substring(colon + 1)));
        }
        return Optional.of(new CommitNotice(payload.substring(0, space), versions));
    }
}
