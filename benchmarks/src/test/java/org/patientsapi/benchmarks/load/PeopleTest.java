package org.patientsapi.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.benchmarks.load.People.Person;

class PeopleTest {

    @Test
    void who_was_registered_is_noted_although_the_run_was_never_ended(@TempDir Path folder) throws Exception {
        Path list = folder.resolve("people.txt");
        Files.writeString(list, "7 an-id P1\n");
        People broken = new People(list);
        long first = broken.newcomer();
        broken.add(new Person(first, "another-id", "P2"));
        long inFlight = broken.newcomer();

        People next = new People(list);

        assertThat(Files.readAllLines(list)).containsExactly("7 an-id P1", first + " another-id P2");
        assertThat(next.count()).isEqualTo(2);
        assertThat(next.newcomer()).isGreaterThan(inFlight);
    }
}
