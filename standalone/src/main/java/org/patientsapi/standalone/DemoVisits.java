package org.patientsapi.standalone;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes up what the people of the demo hospital came for in the four weeks before it opens, the same each time. */
final class DemoVisits {

    private static final int DAYS = 28;

    /** Of a hundred people so many have not been here lately. */
    private static final int ABSENT = 55;

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final List<Doctor> DOCTORS = List.of(
            new Doctor("D-11", "Dr Meera Nair", "Cardiology", "Review of blood pressure"),
            new Doctor("D-12", "Dr Anil Deshmukh", "General Medicine", "Fever for three days"),
            new Doctor("D-13", "Dr Farah Khan", "Orthopaedics", "Pain in the knee"),
            new Doctor("D-14", "Dr Suresh Iyer", "Ophthalmology", "Check of eyesight"));

    private DemoVisits() {}

    private record Doctor(String id, String name, String department, String reason) {}

    /**
     * Requests to record the visits of one patient.
     *
     * @param number of the patient's registration
     * @param opening of the hospital, a day after the last visit
     */
    static List<ObjectNode> of(int number, LocalDate opening) {
        Random random = new Random(number);
        List<ObjectNode> visits = new ArrayList<>();
        for (int left = random.nextInt(100) < ABSENT ? 0 : 1 + random.nextInt(2); left > 0; left--) {
            LocalDate day = opening.minusDays(1 + random.nextInt(DAYS));
            Doctor doctor = DOCTORS.get(random.nextInt(DOCTORS.size()));
            ObjectNode visit = JSON.createObjectNode()
                    .put("type", "OPD")
                    .put("date", (day.getDayOfWeek() == DayOfWeek.SUNDAY ? day.minusDays(1) : day).toString())
                    .put("department", doctor.department())
                    .put("reason", doctor.reason());
            visit.putObject("provider").put("id", doctor.id()).put("name", doctor.name());
            visits.add(visit);
        }
        return visits;
    }
}
