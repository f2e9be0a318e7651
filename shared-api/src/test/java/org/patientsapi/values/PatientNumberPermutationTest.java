package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatientNumberPermutationTest {

    private static final byte[] KEY = key(4);

    private final PatientNumberPermutation permutation = new PatientNumberPermutation(KEY);

    private static byte[] key(long seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return key;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 10, 16, 17, 100, 1000, 1024, 1025, 10_000})
    void every_number_of_a_small_domain_comes_up_exactly_once(long size) {
        PatientNumberPermutation small = new PatientNumberPermutation(KEY, size);
        BitSet seen = new BitSet();
        for (long counter = 0; counter < size; counter++) {
            long number = small.permute(counter);
            assertThat(number).isBetween(0L, size - 1);
            assertThat(seen.get((int) number)).as("%d again", number).isFalse();
            seen.set((int) number);
        }
    }

    @Test
    void numbers_stay_in_the_domain_and_do_not_repeat() {
        Set<Long> seen = new HashSet<>();
        for (long counter = 0; counter < 20_000; counter++) {
            for (long at : new long[] {counter, PatientNumber.COUNT - 1 - counter}) {
                long number = permutation.permute(at);
                assertThat(number).isBetween(0L, PatientNumber.COUNT - 1);
                assertThat(seen.add(number)).as("%d again", number).isTrue();
            }
        }
    }

    @Test
    void neighbours_are_far_apart_and_the_range_is_filled_evenly() {
        int samples = 10_000;
        int near = 0;
        int[] tenths = new int[10];
        for (long counter = 0; counter < samples; counter++) {
            long number = permutation.permute(counter);
            tenths[(int) (number / (PatientNumber.COUNT / 10))]++;
            if (Math.abs(number - permutation.permute(counter + 1)) < PatientNumber.COUNT / 1000) {
                near++;
            }
        }
        // Two independent numbers are that near in 0.2 per cent of all cases.
        assertThat(near).isLessThan(60);
        for (int tenth : tenths) {
            assertThat(tenth).isBetween(850, 1150);
        }
    }

    @Test
    void another_key_gives_other_numbers_and_the_same_key_the_same() {
        PatientNumberPermutation same = new PatientNumberPermutation(KEY.clone());
        PatientNumberPermutation other = new PatientNumberPermutation(key(5));
        int agreeing = 0;
        for (long counter = 0; counter < 1000; counter++) {
            assertThat(same.permute(counter)).isEqualTo(permutation.permute(counter));
            agreeing += other.permute(counter) == permutation.permute(counter) ? 1 : 0;
        }
        assertThat(agreeing).isLessThan(2);
    }

    /** If these change, a hospital with cards in its patients' hands gives numbers away twice. */
    @Test
    void the_numbers_of_a_key_never_change() {
        PatientNumberPermutation fixed = new PatientNumberPermutation(new byte[16]);
        assertThat(new long[] {fixed.permute(0), fixed.permute(1), fixed.permute(2)})
                .containsExactly(561_967_638, 382_266_657, 712_848_621);
    }

    @Test
    void a_counter_outside_the_domain_is_a_fault() {
        assertThatIllegalStateException().isThrownBy(() -> permutation.permute(-1));
        assertThatIllegalStateException().isThrownBy(() -> permutation.permute(PatientNumber.COUNT));
    }

    @Test
    void a_short_key_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PatientNumberPermutation(new byte[15]));
    }
}
