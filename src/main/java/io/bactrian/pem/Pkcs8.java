package io.bactrian.pem;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Wraps the older forms of private keys as PKCS #8, which is what the JDK reads: RSA of PKCS #1 (RFC 8017 A.1.2) and
 * elliptic curves of SEC 1 (RFC 5915). cert-manager and {@code openssl ecparam} write them by default.
 */
final class Pkcs8 {

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xa0;
    private static final byte[] VERSION = {INTEGER, 1, 0};

    /** rsaEncryption 1.2.840.113549.1.1.1, and NULL. */
    private static final byte[] RSA = {
        0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    /** id-ecPublicKey 1.2.840.10045.2.1, which the curve follows. */
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    private Pkcs8() {}

    /** @param key DER of an RSAPrivateKey */
    static byte[] ofRsa(byte[] key) {
        return element(SEQUENCE, VERSION, element(SEQUENCE, RSA), element(OCTETS, key));
    }

    /**
     * @param key DER of an ECPrivateKey
     * @throws IllegalArgumentException when it does not name its curve, or is no such key
     */
    static byte[] ofEc(byte[] key) {
        return element(SEQUENCE, VERSION, element(SEQUENCE, EC, curve(key)), element(OCTETS, key));
    }

    private static byte[] curve(byte[] key) {
        try {
            int end;
            for (int at = content(key, 0); at < key.length; at = end) {
                int content = content(key, at);
                end = content + length(key, at);
                if ((key[at] & 0xff) == PARAMETERS && end <= key.length) {
                    return Arrays.copyOfRange(key, content, end);
                }
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            // cut, or no DER: the same answer as for a key without a curve
        }
        throw new IllegalArgumentException("holds an EC key that does not name its curve");
    }

    /** @return length of the content of the element at {@code at}; of three bytes at most, which no key needs */
    private static int length(byte[] der, int at) {
        int length = 0;
        int content = content(der, at);
        for (int i = content - at == 2 ? at + 1 : at + 2; i < content; i++) {
            length = (length << 8) | (der[i] & 0xff);
        }
        return length;
    }

    /** @return where the content of the element at {@code at} begins */
    private static int content(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first > 0x83) {
            throw new ArrayIndexOutOfBoundsException("longer than any key");
        }
        return at + 2 + (first < 0x80 ? 0 : first - 0x80);
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length < 0x80) {
            element.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            element.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                element.write(length >> (8 * i));
            }
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
