package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerhoeffTest {

    /** 236 is the worked example of the literature; the twelve digits are the number in UIDAI's own test data. */
    @ParameterizedTest
    @CsvSource({"236, 3", "12345, 1", "142857, 0", "99994105705, 8"})
    void the_check_digit_is_the_published_one(String digits, int check) {
        assertThat(Verhoeff.checkDigit(digits)).isEqualTo(check);
        assertThat(Verhoeff.holds(digits + check)).isTrue();
    }

    @Test
    void every_wrong_digit_and_every_swap_of_neighbours_is_caught() {
        Random random = new Random(1);
        for (int run = 0; run < 500; run++) {
            StringBuilder number = digits(random, 1 + random.nextInt(14));
            number.append(Verhoeff.checkDigit(number));
            assertThat(Verhoeff.holds(number)).isTrue();
            for (int i = 0; i < number.length(); i++) {
                char right = number.charAt(i);
                for (char wrong = '0'; wrong <= '9'; wrong++) {
                    number.setCharAt(i, wrong);
                    assertThat(Verhoeff.holds(number)).as("%s", number).isEqualTo(wrong == right);
                }
                number.setCharAt(i, right);
                if (i > 0 && number.charAt(i - 1) != right) {
                    assertThat(Verhoeff.holds(swapped(number, i)))
                            .as("%s at %d", number, i)
                            .isFalse();
                }
            }
        }
    }

    private static StringBuilder digits(Random random, int length) {
        StringBuilder digits = new StringBuilder();
        random.ints(length, 0, 10).forEach(digits::append);
        return digits;
    }

    private static StringBuilder swapped(StringBuilder number, int i) {
        StringBuilder other = new StringBuilder(number);
        other.setCharAt(i, number.charAt(i - 1));
        other.setCharAt(i - 1, number.charAt(i));
        return other;
    }
}
