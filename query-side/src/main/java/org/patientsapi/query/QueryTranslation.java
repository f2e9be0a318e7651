package org.patientsapi.query;

import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.query_dsl.BoolQuery;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch._types.query_dsl.UntypedRangeQuery;
import co.elastic.clients.json.JsonData;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.patientsapi.query.PatientIndex.Criteria;
import org.patientsapi.query.search.Clause;
import org.patientsapi.query.search.Clause.AllOf;
import org.patientsapi.query.search.Clause.AnyTerm;
import org.patientsapi.query.search.Clause.BestOf;
import org.patientsapi.query.search.Clause.Filter;
import org.patientsapi.query.search.Clause.Fuzzy;
import org.patientsapi.query.search.Clause.Nobody;
import org.patientsapi.query.search.Clause.Prefix;
import org.patientsapi.query.search.Clause.Scored;
import org.patientsapi.query.search.Clause.Term;
import org.patientsapi.query.search.SearchField;

/** Says in Elasticsearch's query language what a list asks for. */
final class QueryTranslation {

    private QueryTranslation() {}

    static Query of(Criteria criteria) {
        BoolQuery.Builder all = new BoolQuery.Builder();
        if (criteria.search() != null) {
            all.must(of(criteria.search()));
        }
        if (criteria.branchId() != null) {
            all.filter(anyOf("branch_id", List.of(criteria.branchId())));
        }
        if (criteria.branches() != null) {
            all.filter(anyOf("branch_id", criteria.branches()));
        }
        Instant from = criteria.registeredFrom();
        if (from != null) {
            all.filter(registered(range -> range.gte(JsonData.of(millisFrom(from)))));
        }
        return all.build()._toQuery();
    }

    /** The first whole millisecond that is not before the moment: the engine knows no shorter ones. */
    private static long millisFrom(Instant moment) {
        return moment.plusNanos(999_999).toEpochMilli();
    }

    static Query registeredUntil(long millis) {
        return registered(range -> range.lte(JsonData.of(millis)));
    }

    /** By numbers, since the engine reads no date beyond the year 9999, which one with an offset may be. */
    private static Query registered(UnaryOperator<UntypedRangeQuery.Builder> bounds) {
        return Query.of(query -> query.range(range -> range.untyped(
                untyped -> bounds.apply(untyped.field("registered_at").format("epoch_millis")))));
    }

    private static Query of(Clause clause) {
        return switch (clause) {
            case Scored scored ->
                Query.of(query -> query.constantScore(
                        constant -> constant.filter(of(scored.filter())).boost((float) scored.points())));
            case AllOf all ->
                Query.of(query ->
                        query.bool(bool -> bool.must(each(all.required())).should(each(all.bonus()))));
            case BestOf best -> Query.of(query -> query.disMax(max -> max.queries(each(best.alternatives()))));
            case Nobody nobody -> Query.of(query -> query.matchNone(none -> none));
        };
    }

    private static Query of(Filter filter) {
        return switch (filter) {
            case Term term ->
                Query.of(
                        query -> query.term(one -> one.field(name(term.field())).value(term.token())));
            case AnyTerm any -> anyOf(name(any.field()), any.tokens());
            case Fuzzy fuzzy ->
                Query.of(query -> query.fuzzy(near -> near.field(name(fuzzy.field()))
                        .value(fuzzy.token())
                        .prefixLength(1)
                        .fuzziness("2")));
            case Prefix prefix ->
                Query.of(query ->
                        query.prefix(start -> start.field(name(prefix.field())).value(prefix.start())));
        };
    }

    private static List<Query> each(List<Clause> clauses) {
        return clauses.stream().map(QueryTranslation::of).toList();
    }

    private static Query anyOf(String field, Collection<String> values) {
        List<FieldValue> terms = values.stream().map(FieldValue::of).toList();
        return Query.of(query -> query.terms(any -> any.field(field).terms(each -> each.value(terms))));
    }

    private static String name(SearchField field) {
        return "tokens." + field.fieldName();
    }
}
