package io.bactrian.app.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** One line on a terminal that is written over while long work goes on; on anything else, nothing. */
public final class ProgressLine {

    private static final int WIDTH = 78;

    private final PrintWriter terminal;

    private ProgressLine(PrintWriter terminal) {
        this.terminal = terminal;
    }

    /** @param err where progress goes, so that the result can be redirected */
    @SuppressWarnings("SystemConsoleNull") // only Java 22 to 24 have a console without a terminal, and stderr takes it
    public static ProgressLine on(PrintWriter err) {
        return new ProgressLine(System.console() == null ? null : err);
    }

    public void show(String format, Object... values) {
        if (terminal != null) {
            String text = String.format(Locale.ROOT, format, values);
            terminal.print("\r" + text + " ".repeat(Math.max(0, WIDTH - text.length())));
            terminal.flush();
        }
    }

    public void clear() {
        show("");
        if (terminal != null) {
            terminal.print("\r");
            terminal.flush();
        }
    }
}
