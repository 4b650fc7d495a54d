package io.bactrian.cloudevents;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static io.bactrian.cloudevents.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class CloudEventTest {
    @Test
    void a_built_event_has_what_it_was_given() throws Exception {
        CloudEvent event = CloudEvent.builder()
                .id("1")
                .source("/s")
                .type("t")
                .subject(null)
                .time(Instant.parse("2026-01-02T03:04:05.678Z"))
                .dataContentType("text/plain")
                .dataSchema("urn:x")
                .attribute("flag", true)
                .attribute("specversion", "1.0")
                .data(bytes("x"))
                .build();

        assertThat(event.attributeNames())
                .containsExactly(
                        "specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "flag");
        assertThat(event.time()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(event.dataSchema()).isEqualTo("urn:x");
        assertThat(event.subject()).isNull();
        assertThat(event.attribute("specversion")).isEqualTo("1.0");
        assertThat(event).hasToString("CloudEvent[id=1, source=/s, type=t]");
        assertThatThrownBy(() -> event.attributeNames().remove("id")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void every_fault_of_a_built_event_is_named() {
        InvalidCloudEventException refused =
                catchThrowableOfType(InvalidCloudEventException.class, () -> CloudEvent.builder()
                        .source("a b")
                        .attribute("Bad", 1)
                        .attribute("subject", true)
                        .attribute("specversion", "0.3")
                        .build());

        assertThat(refused.violations())
                .extracting(violation -> violation.pointer() + " " + violation.rule())
                .containsExactly("/source C8", "/Bad C4", "/subject C5", "/specversion C9", "/id C3", "/type C3");
    }

    @Test
    void a_copy_keeps_types_and_data_and_takes_changes() throws Exception {
        String json = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"n\":1,"
                + "\"datacontenttype\":\"application/json\",\"data\":\"x\"}";
        CloudEvent event = JsonFormat.read(bytes(json));

        assertThat(JsonFormat.write(event.toBuilder().build())).isEqualTo(bytes(json));
        assertThat(JsonFormat.write(event.toBuilder().id("2").build()))
                .isEqualTo(bytes(json.replace("\"id\":\"1\"", "\"id\":\"2\"")));
        assertThat(event.id()).isEqualTo("1");
    }

    @Test
    void data_under_another_content_type_is_judged_anew() throws Exception {
        CloudEvent json = JsonFormat.read(
                bytes("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data\":[1]}"));

        CloudEvent text = json.toBuilder().dataContentType("text/plain").build();

        assertThat(JsonFormat.write(text)).asString().endsWith(",\"datacontenttype\":\"text/plain\",\"data\":\"[1]\"}");
    }
}
