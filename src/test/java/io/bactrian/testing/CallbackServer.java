package io.bactrian.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The HTTPS server of a sender that is called back. What it answers hangs on the path: see the constants. */
public final class CallbackServer implements AutoCloseable {

    /** Answers 302 to another path of its own. */
    public static final String REDIRECT = "/redirect";

    /** Answers nothing before it is closed. */
    public static final String SILENT = "/silent";

    /** Answers 200 with a body that has no end. */
    public static final String ENDLESS = "/endless";

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch cut = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** A request as it came. */
    public record Request(String method, String target, String allowedOrigin, String allowedRate, String body) {}

    public CallbackServer(TestCertificate certificate) {
        try {
            SSLContext tls = context(certificate);
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            server.setExecutor(threads);
            server.createContext("/", this::answer);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(TestCertificate certificate) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(certificate.store())) {
            keys.load(in, TestCertificate.PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, TestCertificate.PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            var headers = exchange.getRequestHeaders();
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers.getFirst("WebHook-Allowed-Origin"),
                    headers.getFirst("WebHook-Allowed-Rate"),
                    body));
            switch (exchange.getRequestURI().getPath()) {
                case REDIRECT -> {
                    exchange.getResponseHeaders().set("Location", "/elsewhere");
                    exchange.sendResponseHeaders(302, -1);
                }
                case SILENT -> closed.await();
                case ENDLESS -> endless(exchange);
                default -> exchange.sendResponseHeaders(204, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] some = new byte[64 * 1024];
        try {
            while (closed.getCount() > 0) {
                exchange.getResponseBody().write(some);
            }
        } catch (IOException e) {
            cut.countDown();
            throw e;
        }
    }

    /** Blocks until whoever asked for the endless body has gone away. */
    public void awaitCut() throws InterruptedException {
        cut.await();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        closed.countDown();
        threads.shutdownNow(); // first: a thread that writes to somebody who does not read would hold up the rest
        server.stop(0);
    }
}
