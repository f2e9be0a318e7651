package org.patientsapi.values;

/**
 * Verhoeff's check digit: catches every wrong digit and every swap of two neighbours, which are nine in ten of the mistakes
 * people make. Source: J. Verhoeff, Error Detecting Decimal Codes, Mathematical Centre Tracts 29, Amsterdam 1969.
 */
public final class Verhoeff {

    /** What position i does to a digit: the permutation of the first row, applied i times. It repeats after eight. */
    private static final int[][] PERMUTED = new int[8][10];

    static {
        int[] once = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
        for (int digit = 0; digit < 10; digit++) {
            PERMUTED[0][digit] = digit;
            for (int position = 1; position < 8; position++) {
                PERMUTED[position][digit] = once[PERMUTED[position - 1][digit]];
            }
        }
    }

    private Verhoeff() {}

    /** The digit to put after these digits (ASCII 0 to 9 only), 0 to 9. */
    public static int checkDigit(CharSequence digits) {
        int sum = sum(digits, 1);
        // A rotation is undone by the opposite rotation, a reflection by itself.
        return sum < 5 ? (5 - sum) % 5 : sum;
    }

    /** Whether the last digit is the check digit of those before it (ASCII 0 to 9 only). */
    public static boolean holds(CharSequence digits) {
        return sum(digits, 0) == 0;
    }

    private static int sum(CharSequence digits, int position) {
        int sum = 0;
        for (int i = digits.length() - 1; i >= 0; i--, position++) {
            sum = product(sum, PERMUTED[position % 8][digits.charAt(i) - '0']);
        }
        return sum;
    }

    /** The product in the dihedral group of the pentagon: 0 to 4 are its rotations, 5 to 9 its reflections. */
    private static int product(int a, int b) {
        int turned = a < 5 ? a + b : a - b;
        return Math.floorMod(turned, 5) + ((a < 5) == (b < 5) ? 0 : 5);
    }
}
