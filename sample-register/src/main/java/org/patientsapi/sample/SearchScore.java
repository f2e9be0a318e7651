package org.patientsapi.sample;

import java.util.List;
import java.util.Locale;
import org.patientsapi.sample.IndianRegister.Patient;
import org.patientsapi.sample.LabelledQueries.Query;

/** How well a number of queries was answered, each judged by the first ten people shown. */
public final class SearchScore {

    /** What a front desk sees without turning the page. */
    public static final int SHOWN = 10;

    private int queries;
    private double first;
    private double ten;
    private double reciprocal;
    private long results;

    /**
     * @param shown the first people of the answer, best first; those after {@link #SHOWN} are not looked at
     * @param total how many the whole answer holds
     */
    public void add(Query query, List<Patient> shown, long total) {
        int found = 0;
        double rank = 0;
        for (int i = 0; i < Math.min(SHOWN, shown.size()); i++) {
            if (query.meant().test(shown.get(i))) {
                found++;
                rank = rank == 0 ? 1.0 / (i + 1) : rank;
            }
        }
        queries++;
        first += rank == 1 ? 1 : 0;
        ten += Math.min(1, found / (double) query.owed());
        reciprocal += rank;
        results += total;
    }

    /** Share of the queries that show somebody who was meant in the first place. */
    public double recallAt1() {
        return first / queries;
    }

    /** Mean share of those owed, ten at most, who are among the first ten. */
    public double recallAt10() {
        return ten / queries;
    }

    /** Mean of one over the place of the first who was meant, 0 where none is among the first ten. */
    public double meanReciprocalRank() {
        return reciprocal / queries;
    }

    public double meanResults() {
        return (double) results / queries;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d queries: recall@1 %.3f, recall@10 %.3f, MRR %.3f, mean results %.1f",
                queries,
                recallAt1(),
                recallAt10(),
                meanReciprocalRank(),
                meanResults());
    }
}
