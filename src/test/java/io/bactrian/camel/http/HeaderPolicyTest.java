package io.bactrian.camel.http;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderPolicyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "authorization",
                "AUTHORIZATION",
                "Cookie",
                "Proxy-Authorization",
                "Nats-Msg-Id",
                "nats-expected-stream",
                "NATS-Rollup",
                "CamelHttpUri",
                "camelhttpresponsecode",
                "CamelJetStreamSubject",
                "Transfer-Encoding",
                "Connection"
            })
    void what_could_do_harm_does_not_enter(String name) {
        assertThat(HeaderPolicy.mayEnter(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "X-GitHub-Event", "ce-id", "Prefer", "traceparent"})
    void what_routes_work_with_enters(String name) {
        assertThat(HeaderPolicy.mayEnter(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Authorization", "Set-Cookie", "X-Anything", "ce-id", "Host", "CamelHttpPath", "Nats-Msg-Id"})
    void only_what_an_answer_needs_leaves(String name) {
        assertThat(HeaderPolicy.mayLeave(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"location", "Retry-After", "content-type", "ETag", "WWW-Authenticate"})
    void what_an_answer_needs_leaves_in_any_case(String name) {
        assertThat(HeaderPolicy.mayLeave(name)).isTrue();
    }
}
