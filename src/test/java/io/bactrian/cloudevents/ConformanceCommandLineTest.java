package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The events that the command line of cloudevents/conformance sends, the way it sends them: attribute values unencoded. */
public class ConformanceCommandLineTest {
    public static Stream<Map<?, ?>> events() {
        Load yaml = new Load(LoadSettings.builder().build());
        return Stream.of("yaml/v1.yaml", "yaml/v1_minimum.yaml")
                .flatMap(file -> StreamSupport.stream(
                        yaml.loadAllFromString(Vectors.text(file)).spliterator(), false))
                .map(document -> (Map<?, ?>) document);
    }

    @ParameterizedTest
    @MethodSource("events")
    void each_event_is_read_in_binary_mode(Map<?, ?> document) throws Exception {
        Map<String, String> attributes = attributes(document);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        attributes.forEach((name, value) -> headers.add(Map.entry(
                name.equals("datacontenttype") ? "Content-Type" : "ce-" + name,
                new String(value.getBytes(UTF_8), ISO_8859_1))));

        CloudEvent event = HttpBinding.readBinary(HttpHeaders.of(headers), data(document));

        assertThat(Vectors.attributes(event)).containsExactlyInAnyOrderEntriesOf(attributes);
        assertThat(event.data()).isEqualTo(data(document));
    }

    @ParameterizedTest
    @MethodSource("events")
    void each_event_is_read_in_structured_mode(Map<?, ?> document) throws Exception {
        Map<String, String> attributes = attributes(document);
        String type = attributes.getOrDefault("datacontenttype", "application/json");
        boolean json = type.startsWith("application/json");
        String data = json ? new String(data(document), UTF_8).strip() : new String(data(document), UTF_8);
        String members = Vectors.JSON.writeValueAsString(attributes);
        String value = json ? data : Vectors.JSON.writeValueAsString(data);

        CloudEvent event = JsonFormat.read(Vectors.bytes(members.replaceFirst("}$", ",\"data\": ") + value + "}"));

        assertThat(Vectors.attributes(event)).containsAllEntriesOf(attributes);
        assertThat(event.dataContentType()).isEqualTo(type);
        assertThat(event.data()).asString().isEqualTo(data);
    }

    public static byte[] data(Map<?, ?> document) {
        return Vectors.bytes((String) document.get("Data"));
    }

    public static Map<String, String> attributes(Map<?, ?> document) {
        Map<String, String> attributes = new LinkedHashMap<>();
        ((Map<?, ?>) document.get("ContextAttributes")).forEach((name, value) -> {
            if (value instanceof Map<?, ?> extensions) {
                extensions.forEach((key, text) ->
                        attributes.put(key.toString(), text.toString().strip()));
            } else {
                attributes.put(name.toString(), value.toString());
            }
        });
        return attributes;
    }
}
