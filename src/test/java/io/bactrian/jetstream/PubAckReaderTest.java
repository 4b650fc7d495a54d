package io.bactrian.jetstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.nats.client.JetStreamApiException;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PubAckReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"stream\":\"EVENTS\", \"seq\":1};EVENTS;1;false",
                "{\"stream\":\"E\",\"seq\":9007199254740993};E;9007199254740993;false",
                "{\"stream\":\"E\", \"seq\":7,\"duplicate\": true};E;7;true",
                "{\"stream\":\"E\",\"seq\":7,\"duplicate\":true};E;7;true",
                // left to jnats
                "{\"stream\":\"E\", \"seq\":7, \"domain\":\"hub\"};E;7;false",
                "{\"stream\":\"E\", \"domain\":\"hub\", \"seq\":7,\"duplicate\": true};E;7;true",
                "{ \"seq\" : 7 , \"stream\" : \"E\" };E;7;false",
                "{\"stream\":\"E\", \"seq\":9223372036854775807};E;9223372036854775807;false",
                "{\"stream\":\"\\u0045\", \"seq\":7};E;7;false"
            })
    void a_pub_ack_is_read_however_it_is_written(String json, String stream, long sequence, boolean duplicate)
            throws Exception {
        assertThat(PubAckReader.read(message(json))).isEqualTo(new PubAck(stream, sequence, duplicate));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "hello",
                "{\"stream\":\"E\"}",
                "{\"stream\":\"E\", \"seq\":}",
                "{\"stream\":\"E\", \"seq\":1",
                "{\"stream\":\"\", \"seq\":-1}",
                "{\"seq\":1}"
            })
    void what_is_no_pub_ack_is_none(String json) {
        assertThatThrownBy(() -> PubAckReader.read(message(json)))
                .isInstanceOfAny(IOException.class, JetStreamApiException.class, RuntimeException.class);
    }

    @Test
    void an_error_of_the_server_keeps_its_code() {
        assertThatThrownBy(
                        () -> PubAckReader.read(message("{\"error\":{\"code\":503,\"err_code\":10077,\"description\":"
                                + "\"maximum bytes exceeded\"},\"stream\":\"EVENTS\",\"seq\":0}")))
                .isInstanceOfSatisfying(JetStreamApiException.class, e -> assertThat(e.getApiErrorCode())
                        .isEqualTo(10077));
    }

    private static NatsMessage message(String json) {
        return NatsMessage.builder()
                .subject("_INBOX.x.1")
                .data(json.getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
