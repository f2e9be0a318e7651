package org.patientsapi.benchmarks.load;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.benchmarks.load.Load.Figures;
import org.patientsapi.benchmarks.load.Results.Row;

/** Calls per second, each operation's bar over its limit's, as a drawing. */
final class Plot {

    private static final int LEFT = 190;
    private static final int WIDTH = 520;
    private static final int ROW = 46;
    private static final int TOP = 40;

    private Plot() {}

    static String of(Results results) {
        List<Row> rows = results.rows();
        double most = rows.stream()
                .mapToDouble(row -> Math.max(row.product().perSecond(), perSecond(row.reached())))
                .max()
                .orElseThrow();
        StringBuilder bars = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            int y = TOP + i * ROW;
            bars.append("  <text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n"
                    .formatted(LEFT - 10, y + 21, row.operation()));
            bars.append(bar(y, row.product().perSecond(), most, "#1f6f8b", ""));
            if (row.limit() != null) {
                bars.append(bar(y + 18, perSecond(row.reached()), most, "#b8c4cc", row.limit()));
            }
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 %d" font-family="sans-serif" font-size="13">
                  <rect width="100%%" height="100%%" fill="white"/>
                  <text x="%d" y="24" font-weight="bold">Calls per second, %,d patients, 16 clients; below, pale: the limit in the same minutes</text>
                %s</svg>
                """.formatted(TOP + rows.size() * ROW + 10, LEFT, results.patients(), bars);
    }

    private static double perSecond(@Nullable Figures figures) {
        return figures == null ? 0 : figures.perSecond();
    }

    private static String bar(int y, double value, double most, String colour, String note) {
        double length = value / most * WIDTH;
        return """
                  <rect x="%d" y="%d" width="%.0f" height="16" fill="%s"/>
                  <text x="%.0f" y="%d">%,.0f %s</text>
                """.formatted(LEFT, y, length, colour, LEFT + length + 6, y + 13, value, note);
    }
}
