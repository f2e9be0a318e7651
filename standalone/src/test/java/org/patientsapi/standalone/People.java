package org.patientsapi.standalone;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** People to register, no two with the same phone. */
final class People {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private People() {}

    static Map<String, Object> somebody() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("first_name", "Asha");
        body.put("last_name", "Deshpande");
        body.put("date_of_birth", "1990-06-20");
        body.put("gender", "female");
        body.put("phone", phone());
        return body;
    }

    static Map<String, Object> named(String first, String last) {
        return somebodyWith("first_name", first, "last_name", last);
    }

    /** @param fieldsAndValues alternating */
    static Map<String, Object> somebodyWith(Object... fieldsAndValues) {
        Map<String, Object> body = somebody();
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            body.put((String) fieldsAndValues[i], fieldsAndValues[i + 1]);
        }
        return body;
    }

    static String phone() {
        return "+9198%08d".formatted(10_000_000 + COUNT.incrementAndGet());
    }
}
