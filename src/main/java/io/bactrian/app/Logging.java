package io.bactrian.app;

import java.nio.file.Path;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.bactrian.camel.config.ConfigurationException;
import org.slf4j.LoggerFactory;

/**
 * The log of the application: lines of text, or of JSON, on standard error, and a file that changes levels while the
 * gateway runs. A user who brings a logback configuration of their own has its form, and the levels file all the same.
 */
final class Logging implements AutoCloseable {

    private static final String FORMAT = "bactrian.log.format";

    private final LogLevels levels;

    private Logging(LogLevels levels) {
        this.levels = levels;
    }

    /** @throws ConfigurationException for a form that is not known */
    static Logging start(Settings settings) {
        boolean json = isJson(settings);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (json && ShippedLogging.isUsed()) {
            writeJson(context);
        }
        String file = settings.get("bactrian.log.levels-file");
        LogLevels levels = new LogLevels(context, Path.of(file));
        levels.start();
        return new Logging(levels);
    }

    /** @throws ConfigurationException for a form that is not known */
    static boolean isJson(Settings settings) {
        String format = settings.get("bactrian.log.format");
        if (!format.equals("text") && !format.equals("json")) {
            throw new ConfigurationException(FORMAT + "=" + format + ": expected text or json");
        }
        return format.equals("json");
    }

    private static void writeJson(LoggerContext context) {
        var appender = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(ShippedLogging.CONSOLE);
        if (appender instanceof OutputStreamAppender<ILoggingEvent> console) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            // the text with its values in place, not the pattern and its arguments
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.setWithFormattedMessage(true);
            json.setWithContext(false);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.setWithMarkers(false);
            json.start();
            console.setEncoder(json);
        }
    }

    @Override
    public void close() {
        levels.close();
    }
}
