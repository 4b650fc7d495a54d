package io.bactrian.camel.http;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumerAware;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A body that comes while the process has no memory left for a moment. */
class RequestBodyErrorsTest {

    private final Vertx vertx = Vertx.vertx();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final IntakeServer server = new IntakeServer("127.0.0.1", 0);
    private final AsyncHttpEngine engine = new AsyncHttpEngine(0);
    private final List<byte[]> bodies = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("vertx", vertx);
        context.addService(server);
        context.getRegistry().bind("platform-http-engine", engine);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/taken")
                        .routeId("taken")
                        .process(exchange -> bodies.add(exchange.getMessage().getBody(byte[].class)));
            }
        });
        context.start();
        AsyncHttpConsumer consumer = (AsyncHttpConsumer)
                ((PlatformHttpConsumerAware) context.getRoute("taken").getConsumer()).getPlatformHttpConsumer();
        engine.router().route("/hostile").handler(ctx -> {
            assertThat(engine.enter()).isTrue();
            new IntakeCall(consumer, withoutMemory(ctx)).begin(engine.deadlines(vertx));
        });
    }

    @AfterEach
    void close() throws IOException {
        context.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static RoutingContext withoutMemory(RoutingContext ctx) {
        HttpServerRequest request = withoutMemory(ctx.request());
        return instead(RoutingContext.class, ctx, "request", args -> request);
    }

    /** The second chunk of the body is not to be had. */
    @SuppressWarnings("unchecked")
    private static HttpServerRequest withoutMemory(HttpServerRequest request) {
        return instead(HttpServerRequest.class, request, "handler", args -> {
            List<Buffer> chunks = new ArrayList<>();
            Handler<Buffer> handler = (Handler<Buffer>) args[0];
            return request.handler(chunk -> {
                chunks.add(chunk);
                handler.handle(chunks.size() == 2 ? unreadable(chunk) : chunk);
            });
        });
    }

    private static Buffer unreadable(Buffer chunk) {
        return instead(Buffer.class, chunk, "getBytes", args -> {
            throw new OutOfMemoryError("simulated");
        });
    }

    private interface Call {
        Object with(Object[] args);
    }

    private static <T> T instead(Class<T> type, T real, String method, Call call) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, args) -> {
            if (called.getName().equals(method)) {
                return call.with(args);
            }
            try {
                return called.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private String post(String path, String... chunks) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setSoTimeout(30_000);
            StringBuilder request = new StringBuilder(
                    "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (String chunk : chunks) {
                request.append(Integer.toHexString(chunk.length()))
                        .append("\r\n")
                        .append(chunk)
                        .append("\r\n");
            }
            socket.getOutputStream().write((request + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_body_of_which_a_chunk_is_lost_is_refused() throws IOException {
        // When
        String whole = post("/taken", "one", "two", "three");
        String holed = post("/hostile", "one", "two", "three");

        // Then
        assertThat(whole).startsWith("HTTP/1.1 20");
        assertThat(holed).startsWith("HTTP/1.1 503 ").contains("urn:bactrian:problem:overloaded");
        assertThat(bodies).containsExactly("onetwothree".getBytes(StandardCharsets.US_ASCII));
        assertThat(engine.inFlight()).isZero();
        assertThat(engine.inFlightBytes()).isZero();
    }
}
