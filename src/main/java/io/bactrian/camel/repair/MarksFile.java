package io.bactrian.camel.repair;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.bactrian.camel.config.DurableFile;
import io.bactrian.camel.repair.StreamMarks.Repair;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The marks of all streams in a file beside the journal, exchanged whole and forced. A stream's name has no dot. */
final class MarksFile {

    private static final Logger LOG = LoggerFactory.getLogger(MarksFile.class);

    private final Path file;
    private String written = "";

    MarksFile(Path directory) {
        file = directory.resolve("streams.properties");
    }

    /** What was written last; a file that cannot be read counts as none, which costs a check but no event. */
    Map<String, StreamMarks> read() {
        Map<String, StreamMarks> marks = new TreeMap<>();
        if (!Files.exists(file)) {
            return marks;
        }
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            for (String stream : properties.stringPropertyNames().stream()
                    .map(name -> name.substring(0, name.indexOf('.')))
                    .collect(Collectors.toSet())) {
                marks.put(stream, marks(stream, properties));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Marks of streams cannot be read, going on without: file={}", file, e);
            marks.clear();
        }
        return marks;
    }

    /** Durable when it returns. */
    void write(Collection<StreamMarks> marks) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        marks.forEach(mark -> put(lines, mark));
        StringWriter text = new StringWriter();
        lines.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        if (text.toString().equals(written)) {
            return;
        }
        DurableFile.write(file, text.toString());
        written = text.toString();
    }

    private static void put(Map<String, String> lines, StreamMarks mark) {
        String prefix = mark.stream() + ".";
        if (mark.created() != null) {
            lines.put(prefix + "created", mark.created().toString());
        }
        lines.put(prefix + "first", String.valueOf(mark.first()));
        lines.put(prefix + "last", String.valueOf(mark.last()));
        lines.put(prefix + "deleted", String.valueOf(mark.deleted()));
        lines.put(prefix + "server", mark.server());
        lines.put(prefix + "since", mark.since().toString());
        if (mark.repair() != null) {
            lines.put(prefix + "repair.reason", mark.repair().reason().name());
            lines.put(prefix + "repair.since", mark.repair().since().toString());
            lines.put(prefix + "repair.keptFrom", String.valueOf(mark.repair().keptFrom()));
            lines.put(prefix + "repair.gaps", String.valueOf(mark.repair().gaps()));
        }
    }

    private static StreamMarks marks(String stream, Properties properties) {
        String prefix = stream + ".";
        String created = properties.getProperty(prefix + "created");
        String reason = properties.getProperty(prefix + "repair.reason");
        Repair repair = reason == null
                ? null
                : new Repair(
                        Amnesia.valueOf(reason),
                        Instant.parse(properties.getProperty(prefix + "repair.since")),
                        Long.parseLong(properties.getProperty(prefix + "repair.keptFrom")),
                        Boolean.parseBoolean(properties.getProperty(prefix + "repair.gaps")));
        return new StreamMarks(
                stream,
                created == null ? null : Instant.parse(created),
                Long.parseLong(properties.getProperty(prefix + "first")),
                Long.parseLong(properties.getProperty(prefix + "last")),
                Long.parseLong(properties.getProperty(prefix + "deleted")),
                properties.getProperty(prefix + "server"),
                Instant.parse(properties.getProperty(prefix + "since")),
                repair);
    }
}
