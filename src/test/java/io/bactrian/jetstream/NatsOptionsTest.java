package io.bactrian.jetstream;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NatsOptionsTest {

    @Test
    void no_secret_is_shown() {
        // When
        String password = NatsOptions.builder()
                .servers("nats://joe:s3cret@a:4222", "tls://s3cret@b:4222")
                .user("joe", "s3cret")
                .build()
                .toString();
        String token = NatsOptions.builder().token("s3cret").build().toString();

        // Then
        assertThat(password + token).doesNotContain("s3cret").contains("nats://***@a:4222");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a", "opentls://a", "nats://", "nats://x:s3cret@a b"})
    void a_server_that_is_no_nats_url_is_refused_without_showing_its_password(String server) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NatsOptions.builder().servers(server).build())
                .satisfies(e -> assertThat(e.getMessage()).contains("server").doesNotContain("s3cret"));
    }

    @Test
    void two_kinds_of_credentials_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NatsOptions.builder()
                        .token("a")
                        .credentialsFile(Path.of("b"))
                        .build())
                .withMessageContaining("only one of");
    }

    @Test
    void a_value_out_of_its_range_is_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NatsOptions.builder().pingInterval(Duration.ZERO).build())
                .withMessageContaining("pingInterval");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NatsOptions.builder().maxInFlight(0).build())
                .withMessageContaining("maxInFlight");
    }

    @Test
    void a_server_without_a_scheme_is_a_nats_server() {
        assertThat(NatsOptions.builder().servers("a:4222").build().servers()).containsExactly("nats://a:4222");
    }
}
