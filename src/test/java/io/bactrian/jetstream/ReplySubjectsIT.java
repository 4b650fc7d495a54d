package io.bactrian.jetstream;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.bactrian.testing.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class ReplySubjectsIT {

    private static final byte[] ANSWER = "{}".getBytes(UTF_8);

    private final BlockingQueue<Long> read = new LinkedBlockingQueue<>();
    private NatsServer server;
    private Connection connection;
    private ReplySubjects replies;

    @BeforeEach
    void subscribe() {
        server = NatsServer.start();
        connection = server.admin();
        replies = new ReplySubjects(connection, (answer, number) -> () -> read.add(number), Runnable::run);
    }

    @AfterEach
    void close() {
        replies.close();
        server.close();
    }

    @Test
    void an_answer_behind_which_none_comes_is_handed_over_at_once() throws Exception {
        for (long number = 0; number < 1000; number++) {
            // When
            connection.publish(replies.subject(number), ANSWER);
            // Then
            assertThat(read.poll(10, TimeUnit.SECONDS)).isEqualTo(number);
        }
    }

    @Test
    void a_burst_of_answers_is_handed_over_whole_and_in_order() throws Exception {
        // When
        for (long number = 0; number < 10_000; number++) {
            connection.publish(replies.subject(number), ANSWER);
        }
        // Then
        for (long number = 0; number < 10_000; number++) {
            assertThat(read.poll(10, TimeUnit.SECONDS)).isEqualTo(number);
        }
    }
}
