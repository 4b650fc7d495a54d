package io.bactrian.app;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A connection on which a test writes frames of HTTP/2 that no client would (RFC 9113). */
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    private static final int PRIORITY = 32;

    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final int PATIENCE_MILLIS = 60_000;
    private static final byte[] NOTHING = {};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
    private final Map<Integer, Answer> answers = new HashMap<>();
    private boolean acknowledges = true;
    private int lastStream = -1;

    /** Error code of the server's GOAWAY, or -1. */
    private int goAway = -1;

    private RawHttp2(Socket socket, int port) throws IOException {
        this.socket = socket;
        socket.setReceiveBufferSize(16 * 1024); // so that a test that does not read is noticed soon
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A connection with its preface and an empty SETTINGS frame. */
    static RawHttp2 to(TestGateway gateway) throws IOException {
        return to(gateway.gateway().port());
    }

    static RawHttp2 to(int port) throws IOException {
        return over(new Socket(), port);
    }

    /** The same over TLS, by ALPN. */
    static RawHttp2 to(TestGateway gateway, SSLContext tls) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return over(socket, gateway.gateway().port());
    }

    private static RawHttp2 over(Socket socket, int port) throws IOException {
        RawHttp2 http = new RawHttp2(socket, port);
        http.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        http.frame(SETTINGS, 0, 0, NOTHING);
        return http;
    }

    /** A frame as it stood on the wire. */
    private record Frame(int type, int flags, int stream, ByteBuf payload) {}

    /** What the server said on one stream; the status is 0 when there was none. */
    static final class Answer {
        private Http2Headers head;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean ended;
        private int reset = -1;

        int status() {
            return head == null ? 0 : Integer.parseInt(head.status().toString());
        }

        String header(String name) {
            CharSequence value = head.get(name);
            return value == null ? null : value.toString();
        }

        /** Names and values as they came. */
        String head() {
            return String.valueOf(head);
        }

        String body() {
            return body.toString(ISO_8859_1);
        }

        /** Error code of the RST_STREAM, or -1. */
        int reset() {
            return reset;
        }
    }

    /** From now on the server's SETTINGS are not acknowledged. */
    RawHttp2 acknowledgingNothing() {
        acknowledges = false;
        return this;
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    RawHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
        write(bytes(type, flags, stream, payload));
        return this;
    }

    static byte[] bytes(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** A header block of literals that are in no table (RFC 7541 6.2.2). */
    static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            literal(block, namesAndValues[i]);
            literal(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        int length = bytes.length;
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            for (length -= 127; length >= 128; length >>= 7) {
                block.write((length & 127) | 128);
            }
            block.write(length);
        }
        block.writeBytes(bytes);
    }

    /** The header block of a post, with more headers. */
    static byte[] post(String path, String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(block(":method", "POST", ":scheme", "http", ":authority", "x", ":path", path));
        block.writeBytes(block(namesAndValues));
        return block.toByteArray();
    }

    int nextStream() {
        lastStream += 2;
        return lastStream;
    }

    /** Begins a post whose body is still to come. */
    int begin(String path, String... namesAndValues) throws IOException {
        int stream = nextStream();
        frame(HEADERS, END_HEADERS, stream, post(path, namesAndValues));
        return stream;
    }

    RawHttp2 data(int stream, String body, boolean end) throws IOException {
        return frame(DATA, end ? END_STREAM : 0, stream, body.getBytes(ISO_8859_1));
    }

    /** Begins a post and ends it. */
    int send(String path, String body, String... namesAndValues) throws IOException {
        int stream = begin(path, namesAndValues);
        data(stream, body, true);
        return stream;
    }

    /** The next frame, or null when the connection is closed. */
    private Frame next() throws IOException {
        try {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(type, flags, stream, Unpooled.wrappedBuffer(payload));
        } catch (EOFException | SocketException closed) {
            return null;
        }
    }

    private void take(Frame frame) throws IOException {
        Answer answer = answers.computeIfAbsent(frame.stream(), stream -> new Answer());
        switch (frame.type()) {
            case HEADERS -> {
                int priority = (frame.flags() & PRIORITY) == 0 ? 0 : 5;
                ByteBuf block = frame.payload().skipBytes(priority);
                try {
                    answer.head = decoder.decodeHeaders(frame.stream(), block);
                } catch (Http2Exception e) {
                    throw new IOException(e);
                }
                answer.ended = (frame.flags() & END_STREAM) != 0;
            }
            case DATA -> {
                answer.body.writeBytes(ByteBufUtil.getBytes(frame.payload()));
                answer.ended = (frame.flags() & END_STREAM) != 0;
            }
            case RST_STREAM -> answer.reset = frame.payload().getInt(0);
            case GOAWAY -> goAway = frame.payload().getInt(4);
            case SETTINGS -> {
                if (acknowledges && (frame.flags() & ACK) == 0) {
                    try {
                        frame(SETTINGS, ACK, 0, NOTHING);
                    } catch (SocketException closed) {
                        // what the server said before can still be read
                    }
                }
            }
            default -> {
                // nothing that a test asks for
            }
        }
    }

    /** Reads until this stream is ended by the server, or the connection is closed. */
    Answer answer(int stream) throws IOException {
        Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
        while (!answer.ended && answer.reset < 0) {
            Frame frame = next();
            if (frame == null) {
                return answer;
            }
            take(frame);
        }
        return answer;
    }

    /** Reads until the server has reset this stream; what it said before. */
    Answer resetOf(int stream) throws IOException {
        Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
        for (Frame frame = null; answer.reset < 0; ) {
            frame = next();
            if (frame == null) {
                throw new IOException("the connection was closed, GOAWAY " + goAway);
            }
            take(frame);
        }
        return answer;
    }

    /** Reads until the server closes the connection; the error of its GOAWAY, or -1 when there was none. */
    int closed() throws IOException {
        for (Frame frame = next(); frame != null; frame = next()) {
            take(frame);
        }
        return goAway;
    }

    /** Reads until the server says that the connection will go away. */
    int goAway() throws IOException {
        while (goAway < 0) {
            Frame frame = next();
            if (frame == null) {
                return goAway;
            }
            take(frame);
        }
        return goAway;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
