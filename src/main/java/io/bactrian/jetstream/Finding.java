package io.bactrian.jetstream;

import java.util.Objects;

/**
 * One line of a stream check.
 *
 * @param check which row of {@code docs/jetstream.md} this is, for instance {@code duplicate-window}
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
}
