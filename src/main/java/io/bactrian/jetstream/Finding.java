package io.bactrian.jetstream;

import java.util.Objects;

/**
 * One line of a check.
 *
 * @param check what was looked at, a row of {@code docs/jetstream.md} or {@code docs/check.md}, for instance {@code duplicate-window}
 * @param message one line
 * @param fix the command that puts it right; empty when all is well or no command can
 */
public record Finding(Severity severity, String check, String message, String fix) {
    /** How bad it is. */
    public enum Severity {
        /** As it should be. */
        OK,
        /** Works, but keeps less than it promises under some fault. */
        WARNING,
        /** Events cannot be delivered, or are lost by an ordinary restart. */
        ERROR
    }

    public Finding {
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(fix, "fix");
    }

    /** As it should be. */
    public static Finding ok(String check, String message) {
        return new Finding(Severity.OK, check, message, "");
    }

    /** Works, but keeps less than it promises under some fault. */
    public static Finding warning(String check, String message, String fix) {
        return new Finding(Severity.WARNING, check, message, fix);
    }

    /** Does not work. */
    public static Finding error(String check, String message, String fix) {
        return new Finding(Severity.ERROR, check, message, fix);
    }
}
