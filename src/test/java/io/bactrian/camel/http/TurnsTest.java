package io.bactrian.camel.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.bactrian.camel.config.BactrianConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** When the next request of a connection is begun, and what becomes of what waits. */
class TurnsTest {

    private final HttpLimits limits = HttpLimits.of(BactrianConfig.of(new DefaultCamelContext()));
    private final GuardedRequestDecoder decoder = new GuardedRequestDecoder(new HttpServerOptions(), limits);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void connect() {
        channel.freezeTime();
        channel.pipeline().addLast(decoder, new HttpResponseEncoder(), decoder.turns());
    }

    @AfterEach
    void disconnect() {
        channel.finishAndReleaseAll();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private ByteBuf receive(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        channel.writeInbound(bytes);
        return bytes;
    }

    private void answer(HttpResponseStatus status, String... header) {
        DefaultFullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.buffer().writeBytes(new byte[1000]));
        answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 1000);
        for (int i = 0; i < header.length; i += 2) {
            answer.headers().set(header[i], header[i + 1]);
        }
        channel.writeOneOutbound(answer);
        channel.runPendingTasks();
    }

    private void flush() {
        channel.flushOutbound();
        channel.runPendingTasks();
    }

    /** @return the targets of the requests that have begun since it was asked last */
    private List<String> begun() {
        List<String> targets = new ArrayList<>();
        for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
            if (part instanceof HttpRequest request) {
                targets.add(request.uri());
            }
            ReferenceCountUtil.release(part);
        }
        return targets;
    }

    private void pass(java.time.Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @Test
    void a_request_begins_when_the_one_before_it_is_answered_and_nothing_is_read_until_then() {
        // When
        receive(post("/1", "body") + get("/2") + get("/3").substring(0, 5));

        // Then
        assertThat(begun()).containsExactly("/1");
        assertThat(channel.config().isAutoRead()).isFalse();

        // When
        answer(HttpResponseStatus.ACCEPTED);

        // Then
        assertThat(begun()).containsExactly("/2");
        assertThat(channel.config().isAutoRead()).isFalse();

        // When
        answer(HttpResponseStatus.OK);
        receive(get("/3").substring(5));

        // Then
        assertThat(begun())
                .as("an answered request is followed by the beginning of the next")
                .containsExactly("/3");
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void what_waits_longer_than_a_head_may_take_is_not_cut() {
        // Given
        receive(get("/1") + get("/2").substring(0, 5));

        // When
        pass(limits.headerTimeout().multipliedBy(2));

        // Then
        assertThat(channel.isOpen()).isTrue();

        // When: its turn has come, and it goes on as slowly
        answer(HttpResponseStatus.OK);
        pass(limits.headerTimeout());

        // Then
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void an_interim_answer_is_none() {
        // Given
        receive(post("/1", "body") + get("/2"));
        begun();

        // When
        answer(HttpResponseStatus.CONTINUE);

        // Then
        assertThat(begun()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /last HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
                "GET /last HTTP/1.0\r\n\r\n",
                "GET /last http/1.1\r\nHost: x\r\n\r\n",
                "GET /last HTTP/1.2\r\nHost: x\r\n\r\n",
                "POST /last HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody"
            })
    void behind_the_last_request_of_a_connection_there_is_none_and_nothing_is_kept(String last) {
        // When
        ByteBuf read = receive(last + post("/behind", "body"));
        ByteBuf more = receive(post("/behind", "body"));

        // Then
        assertThat(begun()).containsExactly("/last");
        answer(HttpResponseStatus.OK);
        assertThat(begun()).isEmpty();
        assertThat(read.refCnt()).isZero();
        assertThat(more.refCnt()).isZero();
    }

    @Test
    void behind_an_answer_that_is_the_last_there_is_no_request() {
        // Given
        receive(get("/1") + get("/2"));
        begun();

        // When
        answer(HttpResponseStatus.SERVICE_UNAVAILABLE, "Connection", "close");

        // Then
        assertThat(begun()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void the_rest_of_a_body_behind_the_last_answer_is_taken_before_the_connection_is_closed() {
        // Given
        receive(post("/1", "body").replace("body", "bo"));
        answer(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "Connection", "close");
        assertThat(channel.isOpen()).isTrue();

        // When
        receive("dy");

        // Then
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_client_that_takes_no_answer_gets_no_further_one_and_is_left_when_it_goes_on_like_that() {
        // Given: an answer that is on its way
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(10, 100));
        receive(get("/1") + get("/2") + get("/3"));
        begun();
        answer(HttpResponseStatus.NOT_FOUND);
        assertThat(begun()).isEmpty();
        pass(limits.idleTimeout().dividedBy(2));

        // When: it is taken
        flush();

        // Then
        assertThat(begun()).containsExactly("/2");

        // When: the next one is not
        answer(HttpResponseStatus.NOT_FOUND);
        pass(limits.idleTimeout().minusMillis(1));
        assertThat(channel.isOpen()).isTrue();
        pass(java.time.Duration.ofMillis(1));

        // Then
        assertThat(begun()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void empty_lines_before_a_request_are_part_of_its_head() {
        // When: one now and then, with less than an idle timeout between
        receive("\r\n");
        pass(limits.headerTimeout().minusMillis(1));
        receive("\r\n");
        pass(java.time.Duration.ofMillis(1));

        // Then
        assertThat(channel.isOpen()).isFalse();
    }
}
