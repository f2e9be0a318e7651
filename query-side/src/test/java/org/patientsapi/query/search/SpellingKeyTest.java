package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingKeyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "laxmi lakshmi lakshmy laksmi",
                "mohd md mo mohammed muhammad mohammad mohamed mohamad muhammed",
                "sreenivas srinivas shrinivas",
                "vrinda brinda vrunda",
                "zakir jakir",
                "deepak dipak",
                "chaudhary chowdhury choudhury chaudhuri chowdary chaudhry choudhary",
                "iyer aiyar ayyar aiyer",
                "geetha gita geeta",
                "poornima purnima",
                "subramaniam subrahmanyan subramanyam subramanian",
                "phani fani",
                "meenakshi minaxi minakshi",
                "vikas bikas wikas",
                "ashok asok ashoka",
                "rama ram raam",
                "reddy reddi",
                "murthy murti moorthy",
                "krishna krishan krushna",
                "rajendra rajender rajinder",
                "gyaneshwar dnyaneshwar jnaneshwar",
                "surya suriya",
                "shah sha",
                "singh sinh sing",
                "shaikh sheikh sk",
                "hussain husain hossain hussein",
                "ahmed ahmad ahamed",
                "banerjee banerji bandyopadhyay",
                "christopher kristofer",
                "shailaja sailaja shylaja",
                "gowda gauda gouda",
                "rao rau row",
                "kumar kr",
                "mohammed mahammad mahamad mahmad muhammadu",
                "syed sayyed sayed saiyed saiyad sayyad sayyid",
                "goyal goel goyel",
                "bhattacharya bhattacharyya bhattacharjee bhattacharji",
                "palanisamy palaniswami palaniswamy pazhanisamy pazhaniswami",
                "ramasamy ramaswami",
                "kandasamy kandaswamy",
                "tamilselvi tamizhselvi thamizhselvi",
                "alagu azhagu",
                "azhar ajhar",
                "mazharuddin majharuddin",
                "nuzhat nuzhath nujhat",
                "meenatchi meenakshi",
                "kamatchi kamakshi",
                "visalatchi vishalakshi",
                "abdurrahman abdulrahman abdurahman",
                "abdurrahim abdulrahim",
                "mary mery",
            })
    void spellings_of_one_name_have_one_key(String spellings) {
        assertThat(spellings.split(" "))
                .extracting(SpellingKey::of)
                .containsOnly(SpellingKey.of(spellings.split(" ")[0]));
    }

    @ParameterizedTest
    @CsvSource({
        "ramesh, rajesh",
        "rakesh, rajesh",
        "mahesh, mukesh",
        "sunita, sunil",
        "anil, anita",
        "sumit, amit",
        "kavita, savita",
        "seema, reena",
        "hari, harish",
        "mohan, madan",
        "kiran, karan",
        "gopal, govind",
        "deepa, deepak",
        "ram, raman",
        "das, dev",
        "sen, singh",
        "iyer, nair",
        "nisha, neha",
        "lata, leela",
        "rohit, mohit",
        "vinod, vineet",
        "khan, kaur",
        "ravi, rani",
        "amina, amit",
        "mohammed, mohan",
        "ahmed, amit",
        "hussain, hasina",
        "sinha, singh",
        "krishna, krishnan",
        "mohammed, mahmud",
        "mohammed, mahmood",
        "syed, saeed",
        "syed, said",
        "sami, swami",
        "goyal, gopal",
        "natchimuthu, nakshimuthu",
        "vishwamitra, vishamitra"
    })
    void names_of_different_people_keep_different_keys(String one, String other) {
        assertThat(SpellingKey.of(one)).isNotEqualTo(SpellingKey.of(other));
    }

    @ParameterizedTest
    @CsvSource({"lax, lakshmi", "chow, chaudhary", "deep, dipak", "sree, shrinivas", "poor, purnima", "moham, muhammad"
    })
    void a_beginning_in_one_spelling_opens_the_name_in_another(String typed, String name) {
        assertThat(SpellingKey.folded(name)).startsWith(SpellingKey.open(typed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h", "hh", "a", "y", "x", "7", "क", "mmmmmmmmmmmmmmmmmmmmmmmm"})
    void a_key_is_never_empty(String word) {
        assertThat(SpellingKey.of(word)).isNotEmpty();
        assertThat(SpellingKey.open(word)).isNotEmpty();
        assertThat(Outline.of(word)).isNotEmpty();
    }
}
