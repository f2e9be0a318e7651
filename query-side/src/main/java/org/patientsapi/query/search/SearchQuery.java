package org.patientsapi.query.search;

import static org.patientsapi.query.search.Clause.best;
import static org.patientsapi.query.search.Clause.scored;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.patientsapi.query.search.NameQuery.Errors;
import org.patientsapi.values.InvalidValue;
import org.patientsapi.values.Phone;

/**
 * What a text typed into the one search box asks for. There is no syntax; every part of the text must be met by the
 * patient in some way, and the nearer the way the more points.
 */
public final class SearchQuery {

    /** What follows in a longer text is not looked at: no name, and no two identifiers, are longer. */
    static final int LONGEST_TEXT = 200;

    private static final int LONGEST_NUMBER = 15;

    /** Identifiers that one text is taken to hold; further ones are read as words. */
    private static final int MOST_ADDRESSES = 2;

    private static final Pattern PATIENT_NUMBER = Pattern.compile(
            "(?<![\\p{L}\\p{M}\\p{N}])p([\\s.:#-]{0,2})(\\d(?:[\\d\\s-]*\\d)?)(?![\\p{L}\\p{M}\\p{N}])");

    /** Between an initial and a number. */
    private static final Pattern INITIAL_END = Pattern.compile("[\\s.]+");

    /** Digits behind the P. */
    private static final int PATIENT_NUMBER_LENGTH = 10;

    /** The digits behind the P, where another number follows. */
    private static final Pattern WHOLE_PATIENT_NUMBER =
            Pattern.compile("\\d(?:[\\s-]*\\d){" + (PATIENT_NUMBER_LENGTH - 1) + "}(?=[\\s-])");

    private static final String DIGITS = "\\d(?:[\\d\\s().+/-]*\\d)?(?![\\p{L}\\p{M}\\p{N}])";

    private static final Pattern NUMBER = Pattern.compile("(?<![\\p{L}\\p{M}\\p{N}])" + DIGITS);

    /** Behind an M for mobile or a T for telephone, which may be an initial too. */
    private static final Pattern MARKED_NUMBER =
            Pattern.compile("(?<![\\p{L}\\p{M}\\p{N}])([mt])[\\s.:()+-]{0,4}(" + DIGITS + ")");

    /** One of several numbers: an ABHA or phone number in its usual groups, otherwise what no blank or slash parts. */
    private static final Pattern ONE_NUMBER = Pattern.compile(
            "\\d{2}([\\s-])\\d{4}\\1\\d{4}\\1\\d{4}(?!\\d)|(?:91[\\s-]?)?\\d{5}[\\s-]?\\d{5}(?!-?\\d)|[^\\s/]+");

    /** Of hyphens, minus signs and dashes any is meant by the one on the keyboard, and written by word processors. */
    private static final Pattern DASH = Pattern.compile("[\\p{Pd}\u2212]");

    /** Before a number that is stuck to a word: {@code mob.98765 43210}, {@code ph98765}. */
    private static final Pattern UNSTUCK = Pattern.compile("(?<=\\p{L})\\.?(?=\\d[\\d\\s().-]{3})");

    private static final Pattern ADDRESS = Pattern.compile("[a-z0-9._-]+@(?:[a-z0-9._-]*[a-z0-9])?");

    /** A word that addresses look like: rajesh.kumar, rajesh_85, rajesh85. */
    private static final Pattern ADDRESS_PART =
            Pattern.compile("(?<!\\S)(?=\\S{4})(?:[a-z0-9]*[a-z][a-z0-9]*[._][a-z0-9._]+|[a-z]+\\d+)(?!\\S)");

    private static final Pattern NO_DIGITS = Pattern.compile("[^0-9]+");

    private static final Pattern LEADING_ZEROS = Pattern.compile("^0+");

    /** So many people are a crowd: whoever looks for somebody else types more of the name. */
    static final int CROWD = 20;

    private final List<Supplier<Clause>> attempts;
    private final Clause asTyped;
    private final int borne;
    private final int met;

    /** An identifier is typed right, or nobody is meant: one attempt. */
    private SearchQuery(Clause clause) {
        this(List.of(() -> clause), clause, 0, 0);
    }

    /**
     * @param asTyped see {@link #asTyped}
     * @param borne the points that nobody falls short of who bears every word just as it was typed
     * @param met those that tell that somebody meets every word, and not by a guess
     */
    private SearchQuery(List<Supplier<Clause>> attempts, Clause asTyped, int borne, int met) {
        this.attempts = attempts;
        this.asTyped = asTyped;
        this.borne = borne;
        this.met = met;
    }

    /**
     * In how many ways the text may be asked, each reckoning with more errors than those before it. A text of names is first
     * asked without typing errors: most are typed right, and whoever types a rare name right should not be shown those who
     * bear a common one a letter away. Names far from those that were typed are the last resort.
     */
    public int attempts() {
        return attempts.size();
    }

    /** Made anew each time, and costly where typing errors are looked for. */
    public Clause clause(int attempt) {
        return attempts.get(Math.min(attempt, attempts.size() - 1)).get();
    }

    /** Whether those whom the first attempt met are enough. Once they are, they are when others have registered. */
    public boolean suffices(long found, double bestPoints) {
        return found >= CROWD && bestPoints >= met;
    }

    /** Whether they may be shown rather than so many as the second met: they are if somebody is there by {@link #asTyped}. */
    public boolean mayBeBetterThan(long foundInAnyWay, double bestPoints) {
        return foundInAnyWay >= CROWD && bestPoints >= borne;
    }

    /**
     * Asks for whoever bears every word just as it was typed. No points tell: of "Suneel Kumar" Sunil Kumar has more than
     * Suneel Kumar Rao.
     */
    public Clause asTyped() {
        return asTyped;
    }

    /** Never fails: a text that holds nothing to search for asks for nobody. */
    public static SearchQuery parse(String text) {
        return Parser.query(DASH.matcher(Letters.normalise(bounded(text))).replaceAll("-"));
    }

    private static String bounded(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT));
    }

    /** Either is what was asked for. */
    private SearchQuery or(SearchQuery other) {
        var either = IntStream.range(0, attempts.size())
                .<Supplier<Clause>>mapToObj(attempt -> () -> best(clause(attempt), other.clause(attempt)))
                .toList();
        return new SearchQuery(either, best(asTyped, other.asTyped), borne, met);
    }

    /** Reads a text from its identifiers to its names; each identifier is taken out of what is left to read. */
    private static final class Parser {
        private final List<Clause> required;
        private int addresses;

        private Parser(List<Clause> required) {
            this.required = new ArrayList<>(required);
        }

        static SearchQuery query(String text) {
            var parser = new Parser(List.of());
            var rest = parser.withoutPatientNumbers(parser.withoutAddresses(text));
            var written = new Parser(parser.required).read(UNSTUCK.matcher(rest).replaceAll(" "));
            var withoutParts = parser.withoutAddressParts(rest);
            // "k.ravi" and "mob.98765" look like the beginning of an address too, and mostly are none.
            return withoutParts.equals(rest) ? written : written.or(parser.read(withoutParts));
        }

        private SearchQuery read(String text) {
            var words = NameEngine.asked(withoutNumbers(withoutMarkedNumbers(text)));
            return required.isEmpty() ? names(words) : identifiers(words);
        }

        private static SearchQuery names(List<NameEngine.Word> words) {
            var typedRight = new NameQuery(words, false, Errors.SPELLING);
            if (typedRight.required().isEmpty()) {
                return new SearchQuery(new Clause.Nobody());
            }
            var attempts = new ArrayList<Supplier<Clause>>();
            attempts.add(() -> clause(typedRight));
            attempts.add(() -> clause(new NameQuery(words, false, Errors.ALL)));
            if (NameQuery.mayHoldTwoErrorsInAWord(words)) {
                attempts.add(() -> clause(new NameQuery(words, false, Errors.TWO_IN_A_WORD)));
            }
            return new SearchQuery(attempts, typedRight.asTyped(), typedRight.borne(), typedRight.met());
        }

        private SearchQuery identifiers(List<NameEngine.Word> words) {
            var names = new NameQuery(words, true, Errors.ALL);
            required.addAll(names.required());
            return new SearchQuery(new Clause.AllOf(required, names.bonus()));
        }

        private static Clause clause(NameQuery names) {
            return new Clause.AllOf(names.required(), names.bonus());
        }

        private String withoutAddresses(String text) {
            return ADDRESS.matcher(text).replaceAll(match -> {
                if (addresses >= MOST_ADDRESSES || match.group().length() <= Identifiers.SHORTEST_PART) {
                    return Matcher.quoteReplacement(match.group());
                }
                addresses++;
                required.add(best(
                        scored(new Clause.Term(SearchField.ABHA_ADDRESS, match.group()), Points.IDENTIFIER),
                        scored(new Clause.Prefix(SearchField.ABHA_ADDRESS, match.group()), Points.IDENTIFIER_PART)));
                return " ";
            });
        }

        private String withoutAddressParts(String text) {
            return ADDRESS_PART.matcher(text).replaceAll(match -> {
                if (addresses >= MOST_ADDRESSES) {
                    return match.group();
                }
                addresses++;
                required.add(
                        scored(new Clause.Prefix(SearchField.ABHA_ADDRESS, match.group()), Points.IDENTIFIER_PART));
                return " ";
            });
        }

        private String withoutPatientNumbers(String text) {
            return PATIENT_NUMBER.matcher(text).replaceAll(match -> {
                var digits = Identifiers.digits(match.group(2));
                if (digits.length() + 1 < Identifiers.SHORTEST_PART) {
                    return " p" + digits + " ";
                }
                boolean mayBeInitial = INITIAL_END.matcher(match.group(1)).matches();
                if (mayBeInitial && digits.length() > PATIENT_NUMBER_LENGTH) {
                    return match.group();
                }
                var whole = WHOLE_PATIENT_NUMBER.matcher(match.group(2));
                if (digits.length() > PATIENT_NUMBER_LENGTH && whole.lookingAt()) {
                    required.add(new Clause.BestOf(patientNumber(Identifiers.digits(whole.group()))));
                    return match.group(2).substring(whole.end());
                }
                var ways = new ArrayList<>(patientNumber(digits));
                if (mayBeInitial && digits.length() >= Identifiers.SHORTEST_PART) {
                    ways.add(initialPAndNumber(digits));
                } else if (digits.length() == PHONE_LENGTH) {
                    // P for phone; but rather the patient whose number it is.
                    ways.add(scored(
                            new Clause.Prefix(SearchField.PHONE, Identifiers.backwards(digits)), Points.PHONE_PART));
                }
                required.add(new Clause.BestOf(ways));
                return " ";
            });
        }

        private static List<Clause> patientNumber(String digits) {
            return List.of(
                    scored(new Clause.Term(SearchField.PATIENT_NUMBER, "p" + digits), Points.IDENTIFIER),
                    scored(new Clause.Prefix(SearchField.PATIENT_NUMBER, "p" + digits), Points.IDENTIFIER_PART));
        }

        private static Clause initialPAndNumber(String digits) {
            var both = new ArrayList<>(initial("p"));
            both.add(number(digits));
            return new Clause.AllOf(both, List.of());
        }

        private static List<Clause> initial(String letter) {
            return new NameQuery(NameEngine.asked(letter), true, Errors.ALL).required();
        }

        private String withoutMarkedNumbers(String text) {
            return MARKED_NUMBER.matcher(text).replaceAll(match -> {
                if (Identifiers.digits(match.group(2)).length() < PHONE_LENGTH) {
                    return match.group();
                }
                var numbers = numbers(match.group(2));
                if (numbers.isEmpty()) {
                    return match.group();
                }
                required.add(new Clause.AllOf(numbers, initial(match.group(1))));
                return " ";
            });
        }

        private String withoutNumbers(String text) {
            return NUMBER.matcher(text).replaceAll(match -> {
                var digits = Identifiers.digits(match.group());
                if (digits.length() < Identifiers.SHORTEST_PART) {
                    return match.group();
                }
                required.addAll(numbers(match.group()));
                return " ";
            });
        }

        /** What one run of digits asks for; where it may be one number or several, either. */
        private List<Clause> numbers(String text) {
            var digits = Identifiers.digits(text);
            if (digits.length() > LONGEST_NUMBER) {
                return numbersApart(text);
            }
            // "91234 56789 0123" is an ABHA number, or a phone number and the end of another.
            var apart = beginsWithWholeNumber(text, digits.length()) ? numbersApart(text) : List.<Clause>of();
            var whole = number(digits);
            return List.of(apart.isEmpty() ? whole : best(whole, new Clause.AllOf(apart, List.of())));
        }

        /** What follows a whole number may be another one, or an age: "98765 43210 45". */
        private static boolean beginsWithWholeNumber(String text, int allDigits) {
            var first = ONE_NUMBER.matcher(text);
            int digits = first.lookingAt() ? Identifiers.digits(first.group()).length() : 0;
            return digits >= PHONE_LENGTH && digits < allDigits;
        }

        private List<Clause> numbersApart(String text) {
            return ONE_NUMBER
                    .matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .flatMap(one -> Identifiers.digits(one).length() <= LONGEST_NUMBER
                            ? Stream.of(Identifiers.digits(one))
                            : NO_DIGITS.splitAsStream(one))
                    .filter(digits -> digits.length() >= Identifiers.SHORTEST_PART)
                    .limit(Math.max(0, NameEngine.MOST_WORDS - required.size()))
                    .map(Parser::number)
                    .toList();
        }

        /** Digits alone may be the end of a phone number, or the beginning of that or of the two others. */
        private static Clause number(String digits) {
            var ways = new ArrayList<Clause>();
            int phonePoints = digits.length() >= PHONE_LENGTH ? Points.IDENTIFIER : Points.PHONE_PART;
            for (var ending : phoneEndings(digits)) {
                ways.add(scored(new Clause.Prefix(SearchField.PHONE, Identifiers.backwards(ending)), phonePoints));
            }
            phoneBeginnings(digits)
                    .map(beginning -> new Clause.Prefix(SearchField.PHONE, Identifiers.forwards(beginning)))
                    .forEach(beginning -> ways.add(scored(beginning, Points.PHONE_PART)));
            ways.add(scored(new Clause.Term(SearchField.PATIENT_NUMBER, "p" + digits), Points.IDENTIFIER));
            ways.add(scored(new Clause.Prefix(SearchField.PATIENT_NUMBER, "p" + digits), Points.IDENTIFIER_PART));
            ways.add(scored(new Clause.Term(SearchField.ABHA_NUMBER, digits), Points.IDENTIFIER));
            ways.add(scored(new Clause.Prefix(SearchField.ABHA_NUMBER, digits), Points.IDENTIFIER_PART));
            return new Clause.BestOf(ways);
        }

        /** With country code and without, and without the zeros before either. */
        private static Stream<String> phoneBeginnings(String digits) {
            var typed = LEADING_ZEROS.matcher(digits).replaceFirst("");
            return typed.length() < Identifiers.SHORTEST_BEGINNING
                    ? Stream.empty()
                    : Stream.of(typed, Phone.HOME_CODE + typed);
        }

        /** From this many digits on the number is meant whole; an Indian number has ten. */
        private static final int PHONE_LENGTH = 10;

        /**
         * The digits as they are, and, where more than a part was typed, without the zeros that stand for abroad (00) or for the
         * trunk (0), and as the number that registration reads in them: +91 (0) 98765 43210, +44 (0)20 7946 0958.
         */
        private static List<String> phoneEndings(String digits) {
            var endings = new LinkedHashSet<String>();
            endings.add(digits);
            if (digits.length() >= PHONE_LENGTH) {
                endings.add(LEADING_ZEROS.matcher(digits).replaceFirst(""));
                for (var written : List.of(digits, "+" + digits)) {
                    try {
                        endings.add(Identifiers.digits(Phone.parse(written).value()));
                    } catch (InvalidValue noPhone) {
                        // It may be another number.
                    }
                }
            }
            endings.removeIf(ending -> ending.length() < Identifiers.SHORTEST_PART);
            return List.copyOf(endings);
        }
    }
}
