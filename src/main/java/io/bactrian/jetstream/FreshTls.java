package io.bactrian.jetstream;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS whose files are read for each socket that is made: a certificate that was renewed on disk is used at the next
 * reconnect. While a file cannot be read, half written for instance, what was read before it is used.
 */
final class FreshTls extends SSLContextSpi {
    private static final Logger LOG = LoggerFactory.getLogger(FreshTls.class);

    private final Path ca;
    private final Path certificate;
    private final Path key;
    private volatile SSLContext latest;

    private FreshTls(Path ca, Path certificate, Path key) throws IOException {
        this.ca = ca;
        this.certificate = certificate;
        this.key = key;
        this.latest = PemTls.context(ca, certificate, key);
    }

    /** As {@link PemTls#context}, which says what is wrong with the files now. */
    static SSLContext context(Path ca, Path certificate, Path key) throws IOException {
        return new Context(new FreshTls(ca, certificate, key));
    }

    private SSLContext read() {
        try {
            latest = PemTls.context(ca, certificate, key);
        } catch (IOException e) {
            LOG.warn("nats TLS files cannot be read again, those of before are used: {}", e.getMessage());
        }
        return latest;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
        throw new UnsupportedOperationException("is made with its files");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return read().getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return read().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return read().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return read().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return latest.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return latest.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return latest.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return latest.getSupportedSSLParameters();
    }

    private static final class Context extends SSLContext {
        Context(FreshTls spi) {
            super(spi, spi.latest.getProvider(), spi.latest.getProtocol());
        }
    }
}
