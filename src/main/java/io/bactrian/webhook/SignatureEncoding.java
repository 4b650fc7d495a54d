package io.bactrian.webhook;

import java.util.Base64;
import java.util.HexFormat;

/** How a signature is written. */
enum SignatureEncoding {
    HEX {
        @Override
        byte[] decode(String text) {
            return HexFormat.of().parseHex(text);
        }
    },
    BASE64 {
        @Override
        byte[] decode(String text) {
            return Base64.getDecoder().decode(text);
        }
    },
    BASE64URL {
        @Override
        byte[] decode(String text) {
            return Base64.getUrlDecoder().decode(text);
        }
    };

    /** @throws IllegalArgumentException when the text is not of this encoding */
    abstract byte[] decode(String text);

    /** @return the bytes, or null when the text is not of this encoding */
    byte[] tryDecode(String text) {
        try {
            return decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static SignatureEncoding of(String name) {
        return switch (name) {
            case "hex" -> HEX;
            case "base64" -> BASE64;
            case "base64url" -> BASE64URL;
            default -> throw new IllegalArgumentException("encoding=" + name + ": expected hex, base64 or base64url");
        };
    }
}
