package org.patientsapi.query;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.patientsapi.api.PatientQuery.Paging;
import org.patientsapi.platform.web.RequestUrl;
import org.patientsapi.values.Problems;

/**
 * The {@code Link} header of a list (RFC 8288). {@code next} always carries a cursor, the place of the page's last entry:
 * going on from there shows nobody twice and skips nobody, whatever is added meanwhile, at any depth.
 */
final class PageLinks {

    private PageLinks() {}

    /** Notes a page that lies beyond what the search engine can jump to, and a cursor that is none of ours. */
    static void check(Paging query, Problems problems) {
        check(query, problems, cursor -> Position.of(cursor).isPresent());
    }

    /** @param isCursor for a list whose places have a form of their own */
    static void check(Paging query, Problems problems, Predicate<String> isCursor) {
        if (query.after() != null) {
            if (!isCursor.test(query.after())) {
                problems.add("after", "invalid_cursor", "Not a cursor of this API: follow the next links as they are.");
            }
        } else if ((long) query.page() * query.perPage() > PatientIndex.WINDOW) {
            problems.add(
                    "page",
                    "out_of_range",
                    "Only the first " + PatientIndex.WINDOW + " entries can be jumped to: follow the next links.");
        }
    }

    static String of(RequestUrl list, Paging query, Page<?> page) {
        RequestUrl jump = list.without("after");
        List<String> links = new ArrayList<>();
        links.add(jump.with("page", 1).as("first"));
        if (query.page() > 1 && (query.page() - 1L) * query.perPage() <= PatientIndex.WINDOW) {
            links.add(jump.with("page", query.page() - 1).as("prev"));
        }
        if (page.last() != null) {
            links.add(list.with("page", query.page() + 1L)
                    .with("after", page.last().cursor())
                    .as("next"));
        }
        long lastPage = Math.max(1, Math.ceilDiv(page.total(), query.perPage()));
        if (lastPage * query.perPage() <= PatientIndex.WINDOW) {
            links.add(jump.with("page", lastPage).as("last"));
        }
        return String.join(", ", links);
    }
}
