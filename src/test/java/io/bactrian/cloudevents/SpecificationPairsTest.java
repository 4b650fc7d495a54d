package io.bactrian.cloudevents;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static io.bactrian.cloudevents.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;

/** The examples of the JSON event format, section 3.2: each structured event and its twin in binary mode. */
class SpecificationPairsTest {
    private static final String ATTRIBUTES = """
            "specversion":"1.0","type":"com.example.someevent","source":"/mycontext",\
            "subject":null,"id":"C234-1234-1234","time":"2018-04-05T17:31:00Z",\
            "comexampleextension1":"value","comexampleothervalue":5,""";

    @Test
    void binary_data_is_base64() throws Exception {
        assertPair(
                "\"datacontenttype\":\"application/vnd.apache.thrift.binary\",\"data_base64\":\"AAEC/w==\"",
                "application/vnd.apache.thrift.binary",
                new byte[] {0, 1, 2, (byte) 0xFF});
    }

    @Test
    void xml_data_is_a_string() throws Exception {
        assertPair(
                "\"datacontenttype\":\"application/xml\",\"data\":\"<much wow=\\\"xml\\\"/>\"",
                "application/xml",
                bytes("<much wow=\"xml\"/>"));
    }

    @Test
    void json_data_is_itself() throws Exception {
        assertPair(
                "\"datacontenttype\":\"application/json\",\"data\":{\"appinfoA\":\"abc\",\"appinfoB\":123,\"appinfoC\":true}",
                "application/json",
                bytes("{\"appinfoA\":\"abc\",\"appinfoB\":123,\"appinfoC\":true}"));
    }

    @Test
    void a_number_and_a_string_are_json_too() throws Exception {
        assertPair("\"datacontenttype\":\"application/json\",\"data\":1.5", "application/json", bytes("1.5"));
        assertPair(
                "\"datacontenttype\":\"application/json\",\"data\":\"I'm just a string\"",
                "application/json",
                bytes("\"I'm just a string\""));
    }

    @Test
    void base64_of_json_without_a_content_type_is_not_called_json() throws Exception {
        assertPair("\"data_base64\":\"eyAieHl6IjogMTIzIH0=\"", null, bytes("{ \"xyz\": 123 }"));
    }

    private static void assertPair(String structuredTail, String contentType, byte[] body) throws Exception {
        String json = "{" + ATTRIBUTES + structuredTail + "}";
        CloudEvent structured = JsonFormat.read(bytes(json));

        Map<String, String> nats = new LinkedHashMap<>();
        NatsBinding.NatsMessage message = NatsBinding.binary(structured);
        message.headers().forEach(header -> nats.put(header.name(), header.value()));

        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("ce-specversion", "1.0");
        expected.put("ce-type", "com.example.someevent");
        expected.put("ce-source", "/mycontext");
        expected.put("ce-id", "C234-1234-1234");
        expected.put("ce-time", "2018-04-05T17:31:00Z");
        expected.put("ce-comexampleextension1", "value");
        expected.put("ce-comexampleothervalue", "5");
        if (contentType != null) {
            expected.put("ce-datacontenttype", contentType);
        }
        assertThat(nats).isEqualTo(expected);
        assertThat(message.payload()).isEqualTo(body);
        assertThat(Vectors.JSON.readTree(NatsBinding.structured(structured).payload()))
                .isEqualTo(Vectors.JSON.readTree(json.replace("\"subject\":null,", "")));
    }
}
