package io.bactrian.cloudevents;

import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The grammars an event's attributes are held to: RFC 3986, RFC 3339, RFC 2046. */
class SyntaxTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com",
                "https://user:pw@example.com:8080/a/b;c=1?q=/?#frag/?",
                "mailto:cncf-wg-serverless@lists.cncf.io",
                "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
                "tag:example.com,2026:x",
                "file:///etc/hosts",
                "x:",
                "s3://my_bucket/key",
                "http://under_score.example/",
                "http://[::1]:80/",
                "http://[2001:db8::ff00:42:8329]/",
                "http://[::ffff:192.0.2.1]",
                "http://[1:2:3:4:5:6:7:8]",
                "http://[v7.host:x]/",
                "http://a%2Fb/",
                "http://host:/",
                "a+b-c.d:e"
            })
    void absolute_uris(String uri) {
        assertThat(UriSyntax.isAbsolute(uri)).isTrue();
        assertThat(UriSyntax.isReference(uri)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/mycontext/subcontext",
                "#fragment",
                "?query",
                "//authority/path",
                "//github.com/cloudevents/spec/pull",
                "a/b:c",
                "./a:b",
                "1-555-123-4567",
                "",
                "..",
                "/cloudevents/spec/pull/123",
                "/a//b",
                "a%20b"
            })
    void relative_references(String reference) {
        assertThat(UriSyntax.isReference(reference)).isTrue();
        assertThat(UriSyntax.isAbsolute(reference)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "a b",
                "https://example.com/ü",
                "/Zoë",
                "a\\b",
                "a\"b",
                "<a>",
                "{a}",
                "a|b",
                "a^b",
                "a`b",
                "%",
                "%2",
                "%zz",
                "a#b#c",
                ":a",
                "1a:b",
                "http://[::1",
                "http://[::1]x/",
                "http://[::1:]/",
                "http://[1::2::3]/",
                "http://[1:2:3:4:5:6:7]/",
                "http://[1:2:3:4:5:6:7:8:9]/",
                "http://[1:2:3:4:5:6:7::8]/x[",
                "http://[::12345]/",
                "http://[::256.0.0.1]/",
                "http://[1.2.3.4::]/",
                "http://[v7.]/",
                "http://a:b/",
                "http://a@b@c/",
                "http://a:80:81/",
                "/[x]"
            })
    void what_is_no_uri_reference(String text) {
        assertThat(UriSyntax.isReference(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2018-04-05T17:31:00Z",
                "2018-04-05t17:31:00z",
                "2018-04-05T17:31:00.1+05:30",
                "2018-04-05T17:31:00.123456789012345Z",
                "2018-04-05T17:31:00-00:00",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59-23:59",
                "2024-02-29T00:00:00Z",
                "1990-12-31T23:59:60Z",
                "1990-12-31T15:59:60-08:00",
                "2016-12-31T23:59:60.5Z",
                "2017-01-01T08:59:60+09:00"
            })
    void timestamps(String text) {
        assertThat(Timestamps.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2018-04-05",
                "2018-04-05 17:31:00Z",
                "2018-04-05T17:31:00",
                "2018-04-05T17:31Z",
                "2018-04-05T17:31:00.Z",
                "2018-04-05T17:31:00,1Z",
                "2018-04-05T17:31:00Zx",
                "2018-04-05T17:31:00.123",
                "2018-04-05T17:31:00+05",
                "2018-04-05T17:31:00+0530",
                "2018-04-05T17:31:00+24:00",
                "2018-04-05T17:31:00+00:60",
                "2018-13-05T17:31:00Z",
                "2018-00-05T17:31:00Z",
                "2018-04-31T17:31:00Z",
                "2018-04-00T17:31:00Z",
                "2023-02-29T00:00:00Z",
                "2018-04-05T24:00:00Z",
                "2018-04-05T17:60:00Z",
                "2018-04-05T17:31:61Z",
                "2018-04-05T17:31:60Z",
                "1990-12-31T23:59:60+01:00",
                "1990-12-30T23:59:60Z",
                "+018-04-05T17:31:00Z",
                "12018-04-05T17:31:00Z",
                "２018-04-05T17:31:00Z"
            })
    void what_is_no_timestamp(String text) {
        assertThat(Timestamps.isValid(text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            nullValues = "-",
            value = {
                "text/plain                         | text/plain        | -     | false | true",
                "Application/JSON                   | application/json  | -     | true  | false",
                "application/vnd.x+JSON;v=1         | application/vnd.x+json | - | true | false",
                "text/plain; charset=\"U\\TF-8\"    | text/plain        | UTF-8 | false | true",
                "text/plain ;charset=iso-8859-1     | text/plain | iso-8859-1   | false | false",
                "a/b; x=\"a;charset=z\"; Charset=q  | a/b               | q     | false | false",
                "application/soap+xml;              | application/soap+xml | -  | false | true",
                "application/json;;charset=utf-8    | application/json  | utf-8 | true  | false",
                "application/jsonp                  | application/jsonp | -     | false | false"
            })
    void media_types(String text, String essence, String charset, boolean json, boolean isText) {
        MediaType type = MediaType.parse(text);

        assertThat(type).isEqualTo(new MediaType(essence, charset));
        assertThat(type.isJson()).isEqualTo(json);
        assertThat(type.isText()).isEqualTo(isText);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "xyz",
                "/",
                "a/",
                "/b",
                "a/b/c",
                "a b/c",
                "a/b c",
                "a/b;x",
                "a/b;x=",
                "a/b;=y",
                "a/b;x=\"",
                "a/b;x=\"\\",
                "a/b,c/d",
                "é/b",
                "a/b;x=é",
                " a/b"
            })
    void what_is_no_media_type(String text) {
        assertThat(MediaType.parse(text)).isNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "application/json", "text/plain", "garbage", "application/cloud"})
    void other_content_types_are_binary_mode(String contentType) throws Exception {
        assertThat(ContentMode.of(contentType)).isEqualTo(ContentMode.BINARY);
    }

    @ParameterizedTest
    @CsvSource({
        "application/cloudevents+json, STRUCTURED",
        "Application/CloudEvents+JSON; Charset=UTF-8, STRUCTURED",
        "application/cloudevents+json;charset=us-ascii, STRUCTURED",
        "application/cloudevents-batch+json, BATCH",
        "APPLICATION/CLOUDEVENTS-BATCH+JSON;charset=utf-8, BATCH"
    })
    void the_mode_is_told_by_the_media_type_without_regard_to_case(String contentType, ContentMode mode)
            throws Exception {
        assertThat(ContentMode.of(contentType)).isEqualTo(mode);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/cloudevents+avro",
                "application/cloudevents",
                "application/cloudevents-batch",
                "application/cloudevents-batch+xml",
                "application/cloudevents+json; charset=iso-8859-1",
                "application/cloudevents+json; charset",
                "application/cloudeventsplus+json"
            })
    void other_event_formats_are_not_understood(String contentType) {
        assertThatThrownBy(() -> ContentMode.of(contentType)).isInstanceOf(UnsupportedEventFormatException.class);
    }

    @Test
    void the_length_of_utf8_is_known_without_encoding() {
        for (String text : new String[] {"", "a", "é", "€", "😀", "aé€😀\uFFFF"}) {
            assertThat(Utf8.length(text)).isEqualTo(Vectors.bytes(text).length);
        }
    }

    @Test
    void utf8_is_judged_as_the_strict_decoder_of_java_does() {
        byte[] bytes = new byte[3];
        for (int all = 0; all < 1 << 24; all += 1 + (all * 31 & 0x3F)) {
            bytes[0] = (byte) (0x80 | all >> 16);
            bytes[1] = (byte) (all >> 8);
            bytes[2] = (byte) all;
            boolean expected = Arrays.equals(bytes, new String(bytes, UTF_8).getBytes(UTF_8));
            assertThat(Utf8.firstInvalid(bytes) < 0).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"F0908080", "F48FBFBF", "F0", "F090", "F09080", "F0808080", "F4908080", "F5808080"})
    void four_byte_sequences_are_judged_too(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(Utf8.firstInvalid(bytes) < 0).isEqualTo(hex.equals("F0908080") || hex.equals("F48FBFBF"));
    }
}
