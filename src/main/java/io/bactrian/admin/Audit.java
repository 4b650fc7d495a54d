package io.bactrian.admin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each change a person makes: what, who and why. Its logger has a name of its own, so that it can go to its own file. */
final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("io.bactrian.audit");

    private Audit() {}

    /**
     * @param action such as {@code replay}
     * @param subject what it was done to, key=value
     * @param who token and remote address
     * @param why what the person said, or null
     */
    static void log(String action, String subject, String who, String why) {
        LOG.info("action={} {} who={} reason=\"{}\"", action, plain(subject), who, plain(why == null ? "" : why));
    }

    /** What a person or a sender wrote must neither begin a line of its own nor reorder this one. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(c == '"' || isHidden(c) ? '_' : c));
        return plain.toString();
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
