package org.patientsapi.query;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.patientsapi.api.PatientQuery.Paging;
import org.patientsapi.platform.web.QueryParameters;
import org.patientsapi.platform.web.RequestUrl;
import org.patientsapi.values.Problems;
import org.springframework.http.HttpHeaders;

/**
 * The headers of a list; {@code Link} is that of RFC 8288. {@code next} always carries a cursor, the place of the page's last entry:
 * going on from there shows nobody twice and skips nobody, whatever is added meanwhile, at any depth.
 */
final class PageLinks {

    private static final int LONGEST_CURSOR = 200;

    private PageLinks() {}

    /** The page that is asked for; what is wrong with it is noted. */
    static Paging paging(QueryParameters parameters) {
        return linked(parameters, parameters.perPage());
    }

    /** The page that a link leads to where how long it is stands elsewhere; what is wrong with it is noted. */
    static Paging linked(QueryParameters parameters, int perPage) {
        return new Paging(parameters.page(), perPage, parameters.text("after", LONGEST_CURSOR));
    }

    /**
     * Notes a page that lies beyond what the search engine can jump to, and a cursor that is none of ours or none of this list,
     * in which its place would leave out people or all of them.
     *
     * @param list by {@link ListMarks}
     */
    static void check(Paging query, String list, Problems problems) {
        check(query, list, problems, cursor -> Position.of(cursor).isPresent());
    }

    /** @param isCursor for a list whose places have a form of their own */
    static void check(Paging query, String list, Problems problems, Predicate<String> isCursor) {
        if (query.after() != null) {
            if (!isCursor.test(query.after()) || !Position.isOf(list, query.after())) {
                problems.add(
                        "after", "invalid_cursor", "Not a cursor of this list: follow the next links as they are.");
            }
        } else if ((long) query.page() * query.perPage() > PatientIndex.WINDOW) {
            problems.add(
                    "page",
                    "out_of_range",
                    "Only the first " + PatientIndex.WINDOW + " entries can be jumped to: follow the next links.");
        }
    }

    /**
     * How many there are in all, and where the other pages are.
     *
     * @param list by {@link ListMarks}
     */
    static HttpHeaders headers(RequestUrl url, Paging query, Page<?> page, String list) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("X-Total-Count", Long.toString(page.total()));
        headers.set(HttpHeaders.LINK, links(url, query, page, list));
        return headers;
    }

    private static String links(RequestUrl url, Paging query, Page<?> page, String list) {
        RequestUrl jump = url.without("after");
        List<String> links = new ArrayList<>();
        links.add(jump.with("page", 1).as("first"));
        if (query.page() > 1 && (query.page() - 1L) * query.perPage() <= PatientIndex.WINDOW) {
            links.add(jump.with("page", query.page() - 1).as("prev"));
        }
        if (page.last() != null) {
            links.add(url.with("page", query.page() + 1L)
                    .with("after", page.last().cursor(list))
                    .as("next"));
        }
        long lastPage = Math.max(1, Math.ceilDiv(page.total(), query.perPage()));
        if (lastPage * query.perPage() <= PatientIndex.WINDOW) {
            links.add(jump.with("page", lastPage).as("last"));
        }
        return String.join(", ", links);
    }
}
