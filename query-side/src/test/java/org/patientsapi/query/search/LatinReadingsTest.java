package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatinReadingsTest {

    @ParameterizedTest
    @CsvSource({
        "राजेश, rajesh",
        "कुमार, kumar",
        "शर्मा, sharma",
        "लक्ष्मी, lakshmi",
        "वृंदा, vrinda",
        "सिंह, sinh",
        "हरभजन, harbhajan",
        "कमला, kamla",
        "कमला, kamala",
        "कृष्ण, krishna",
        "गर्ग, garg",
        "ज्ञान, gyan",
        "राव, rao",
        "आनंद, anand",
        "মণ্ডল, mandal",
        "যাদব, jadab",
        "রাজেশ, rajesh",
        "দেৱী, debi",
        "ৰূপা, rupa",
        "ਸਿੰਘ, singh",
        "ਗੁਰਪ੍ਰੀਤ, gurprit",
        "ਸਿੱਧੂ, siddhu",
        "પટેલ, patel",
        "முருகன், murugan",
        "கணேஷ், ganesh",
        "குமார், kumar",
        "பாலு, balu",
        "கந்தசாமி, kandasami",
        "கிருஷ்ணன், krushnan",
        "மீனாட்சி, minakshi",
        "தமிழ்செல்வி, tamizhselvi",
        "சுதர்சன், sutarsan",
        "பச்சையப்பன், pachaiyappan",
        "ராஜேந்திரன், rajendran",
        "శ్రీనివాస్, shrinivas",
        "రావు, rao",
        "ಗೌಡ, gauda",
        "ಕುಮಾರ್, kumar",
        "സുബ്രഹ്മണ്യൻ, subrahmanyan",
        "മനോജ്, manoj",
        "കൊച്ചു, kochu",
        "സൗമ്യ, saumya",
        "സൌമ്യ, saumya",
        "ନାରାୟଣ, narayan",
        "josé, jose",
        "łukasz, lukasz",
        "ｒａｊ, raj"
    })
    void a_word_of_any_script_is_read_in_latin_letters(String word, String reading) {
        // Full-width letters are unified before.
        assertThat(LatinReadings.of(Letters.normalise(word))).contains(reading);
    }

    @Test
    void plain_latin_is_read_as_it_stands() {
        assertThat(LatinReadings.of("rajesh")).containsExactly("rajesh");
    }

    @Test
    void readings_are_few() {
        assertThat(LatinReadings.of("கிரிதிருபிரகாஷ்")).hasSizeLessThanOrEqualTo(LatinReadings.MOST);
    }

    @Test
    void joiners_change_nothing() {
        assertThat(Letters.normalise("ക്‍ഷ\u200c")).isEqualTo(Letters.normalise("ക്ഷ"));
    }
}
