package io.bactrian.camel.webhook;

import javax.security.auth.x500.X500Principal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whom a list of subjects allows. */
class AllowedClientsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=shop                        | CN=shop               | true",
                "CN=a; CN=shop,O=Example Ltd;   | CN=shop,O=Example Ltd | true",
                "cn=Shop, o=example  ltd        | CN=shop,O=Example Ltd | true",
                "CN=a\\;b;CN=c                  | CN=a\\;b              | true",
                "CN=a\\;b;CN=c                  | CN=c                  | true",
                "EMAILADDRESS=a@b.example,CN=x  | CN=x                  | false",
                "CN=shop                        | CN=shop,O=Example Ltd | false",
                "CN=shop,O=Example Ltd          | CN=shop               | false",
                "O=Example Ltd,CN=shop          | CN=shop,O=Example Ltd | false",
                "CN=shop                        | CN=shopper            | false",
                "*                              | CN=anybody            | true",
            })
    void a_subject_is_compared_whole_as_x500_compares(String allowed, String client, boolean expected) {
        assertThat(AllowedClients.parse(allowed).allow(new X500Principal(client)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "CN=shop"})
    void who_shows_no_certificate_is_not_allowed(String allowed) {
        assertThat(AllowedClients.parse(allowed).allow(null)).isFalse();
    }

    @Test
    void an_address_in_a_subject_is_known_however_it_was_written() {
        // Given: as X500Principal.getName() writes it
        X500Principal client = new X500Principal("EMAILADDRESS=a@b.example,CN=x");
        assertThat(client.getName()).startsWith("1.2.840.113549.1.9.1=#");

        // Then
        assertThat(AllowedClients.parse(client.getName()).allow(client)).isTrue();
        assertThat(AllowedClients.parse("emailAddress=a@b.example, CN=x").allow(client))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "*, CN=a", ";", "CN"})
    void what_is_no_subject_is_refused(String text) {
        assertThatThrownBy(() -> AllowedClients.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }
}
