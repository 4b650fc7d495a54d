package io.bactrian.app;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.jetstream.Finding;
import io.bactrian.jetstream.Finding.Severity;
import picocli.CommandLine.Help.Ansi;

/** Findings for people, in columns and in colour on a terminal, and for programs. */
final class FindingText {

    private FindingText() {}

    static String of(List<Finding> findings) {
        int width = findings.stream().mapToInt(f -> f.check().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            String word = String.format("%-7s", name(finding.severity()));
            text.append(Ansi.AUTO.string("@|" + style(finding.severity()) + " " + word + "|@"))
                    .append("  ")
                    .append(String.format("%-" + width + "s", finding.check()))
                    .append("  ")
                    .append(TerminalText.line(finding.message()));
            if (!finding.fix().isEmpty()) {
                text.append("; to fix it: ").append(TerminalText.line(finding.fix()));
            }
            text.append(System.lineSeparator());
        }
        return text.append(System.lineSeparator())
                .append(counted(count(findings, Severity.ERROR), "error"))
                .append(", ")
                .append(counted(count(findings, Severity.WARNING), "warning"))
                .append(", ")
                .append(count(findings, Severity.OK))
                .append(" ok")
                .toString();
    }

    static String json(List<Finding> findings) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("errors", count(findings, Severity.ERROR));
            json.writeNumberField("warnings", count(findings, Severity.WARNING));
            json.writeArrayFieldStart("findings");
            for (Finding finding : findings) {
                json.writeStartObject();
                json.writeStringField("severity", name(finding.severity()));
                json.writeStringField("check", finding.check());
                json.writeStringField("message", finding.message());
                json.writeStringField("fix", finding.fix());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return TerminalText.json(text.toString());
    }

    static int count(List<Finding> findings, Severity severity) {
        return (int) findings.stream().filter(f -> f.severity() == severity).count();
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String name(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private static String style(Severity severity) {
        return switch (severity) {
            case OK -> "green";
            case WARNING -> "yellow";
            case ERROR -> "bold,red";
        };
    }
}
