package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @CsvSource({
        "rajesh@example.org, rajesh@example.org",
        "' Rajesh.Kumar+opd@Example.ORG ', Rajesh.Kumar+opd@example.org",
        "o'brien_1-2@a-b.co.in, o'brien_1-2@a-b.co.in",
        "राजेश@डाटामेल.भारत, राजेश@डाटामेल.भारत",
        "a@xn--p1ai.xn--p1ai, a@xn--p1ai.xn--p1ai",
        "a@1.in, a@1.in",
    })
    void the_domain_is_in_lower_case_and_the_rest_is_kept(String raw, String stored) {
        EmailAddress address = EmailAddress.parse(raw);
        assertThat(address).hasToString(stored);
        assertThat(EmailAddress.parse(stored)).isEqualTo(address).isEqualTo(new EmailAddress(stored));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rajesh",
                "@example.net",
                "rajesh@",
                "a@b@example.org",
                "rajesh@example",
                "rajesh@example.",
                "rajesh@example.org.",
                "rajesh@.org",
                "rajesh@exa..mple.org",
                "rajesh@-example.org",
                "rajesh@example-.org",
                "rajesh@exa_mple.org",
                ".a@example.org",
                "a.@example.org",
                "a..b@example.org",
                "ra jesh@example.org",
                "rajesh@exam ple.org",
                "a,b@example.org",
                "a@example.org,b@example.org",
                "Rajesh <a@example.org>",
                "\"a\"@example.net",
                "a@[10.0.0.1]",
                "a@10.0.0.1",
                "a\u200D@example.org",
                "mailto:a@example.org"
            })
    void what_is_not_one_plain_address_is_refused(String raw) {
        assertThat(Refusal.codeOf(EmailAddress::parse, raw)).isEqualTo("invalid_format");
    }

    @Test
    void the_lengths_are_bounded() {
        String domain = ("d".repeat(61) + ".").repeat(3) + "in";
        assertThat(EmailAddress.parse("a".repeat(64) + "@" + domain).value()).hasSize(253);
        assertThat(EmailAddress.parse("a".repeat(64) + "@" + domain + "d").value())
                .hasSize(254);
        assertThat(Refusal.codeOf(EmailAddress::parse, "a".repeat(64) + "@" + domain + "dd"))
                .isEqualTo("too_long");
        assertThat(Refusal.codeOf(EmailAddress::parse, "a".repeat(65) + "@example.org"))
                .isEqualTo("invalid_format");
        assertThat(Refusal.codeOf(EmailAddress::parse, "a@" + "d".repeat(64) + ".org"))
                .isEqualTo("invalid_format");
        assertThat(Refusal.codeOf(EmailAddress::parse, "a.".repeat(500_000))).isEqualTo("too_long");
        // Of these letters each has two characters in lower case.
        assertThat(Refusal.codeOf(EmailAddress::parse, "a@" + ("İ".repeat(31) + ".").repeat(4) + "in"))
                .isEqualTo("too_long");
    }

    @Test
    void control_characters_and_nothing_are_refused() {
        assertThat(Refusal.codeOf(EmailAddress::parse, "a\r\nBcc: b@example.org"))
                .isEqualTo("forbidden_character");
        assertThat(Refusal.codeOf(EmailAddress::parse, "a\u0000@example.org")).isEqualTo("forbidden_character");
        assertThat(Refusal.codeOf(EmailAddress::parse, " ")).isEqualTo("required");
    }
}
