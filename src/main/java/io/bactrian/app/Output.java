package io.bactrian.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Standard output, which keeps it to itself when it cannot be written, as to a full disk or a pipe that nobody reads. */
final class Output {

    private Output() {}

    /** Writes what was printed until now. @throws UncheckedIOException when something of it was lost */
    static void check(PrintWriter out) {
        if (out.checkError()) {
            throw lost();
        }
    }

    /** The same for all that the process has printed. */
    static void check() {
        if (System.out.checkError()) {
            throw lost();
        }
    }

    private static UncheckedIOException lost() {
        return new UncheckedIOException(new IOException("the output cannot be written"));
    }
}
