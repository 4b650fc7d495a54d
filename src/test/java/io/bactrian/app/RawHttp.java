package io.bactrian.app;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLContext;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A connection on which a test writes bytes that no HTTP client would. */
final class RawHttp implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static RawHttp to(TestGateway gateway) throws IOException {
        return to(gateway.gateway().port());
    }

    static RawHttp to(int port) throws IOException {
        return new RawHttp(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** The same over TLS. */
    static RawHttp to(TestGateway gateway, SSLContext tls) throws IOException {
        return new RawHttp(tls.getSocketFactory()
                .createSocket(
                        InetAddress.getLoopbackAddress(), gateway.gateway().port()));
    }

    /** An answer as it stood on the wire. */
    record Answer(int status, String head, String body) {}

    RawHttp write(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
        return this;
    }

    /** The next answer, or null when the connection was closed instead. */
    Answer read() throws IOException {
        String head = readUntilBlankLine();
        if (head.isEmpty()) {
            return null;
        }
        int length = head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
                .findFirst()
                .orElse(0);
        String body = new String(in.readNBytes(length), ISO_8859_1);
        return new Answer(Integer.parseInt(head.substring(9, 12)), head, body);
    }

    private String readUntilBlankLine() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                head.write(b);
                String text = head.toString(ISO_8859_1);
                if (text.endsWith("\r\n\r\n")) {
                    return text;
                }
            }
        } catch (SocketException reset) {
            return "";
        }
        return "";
    }

    byte[] readBytes(int length) throws IOException {
        return in.readNBytes(length);
    }

    /** Whether the server closes the connection: reads what is left. */
    boolean isClosed() throws IOException {
        try {
            while (in.read() >= 0) {
                // what was still on its way
            }
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Writes a byte again and again until the server has closed the connection. */
    void trickle(String bytes) throws IOException {
        socket.setSoTimeout(100);
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        try {
            for (int i = 0; System.nanoTime() < end; i++) {
                write(String.valueOf(bytes.charAt(i % bytes.length())));
                try {
                    if (in.read() < 0) {
                        return;
                    }
                } catch (java.net.SocketTimeoutException nothingYet) {
                    // go on
                }
            }
        } catch (SocketException closed) {
            return;
        }
        throw new AssertionError("still open");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
