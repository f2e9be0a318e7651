package org.patientsapi.query.search;

import java.util.List;
import org.patientsapi.sample.IndianRegister;
import org.patientsapi.sample.IndianRegister.Patient;
import org.patientsapi.sample.LabelledQueries.Query;
import org.patientsapi.sample.SearchScore;

/** A made-up register, searched in memory by the product's rules. */
final class MadeUpRegister {

    private final List<Patient> patients;
    private final InMemoryIndex index = new InMemoryIndex();

    MadeUpRegister(IndianRegister register) {
        patients = register.patients();
        patients.forEach(patient -> index.add(SearchTokens.of(
                patient.firstName(),
                patient.lastName(),
                patient.phone(),
                patient.patientNumber(),
                patient.abhaNumber(),
                patient.abhaAddress())));
    }

    void ask(Query query, SearchScore score) {
        var hits = index.search(query.text());
        var shown = hits.stream()
                .limit(SearchScore.SHOWN)
                .map(hit -> patients.get(hit.document()))
                .toList();
        score.add(query, shown, hits.size());
    }
}
