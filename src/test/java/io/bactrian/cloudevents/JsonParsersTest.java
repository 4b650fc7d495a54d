package io.bactrian.cloudevents;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import org.junit.jupiter.api.Test;

import static io.bactrian.cloudevents.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;

class JsonParsersTest {
    private static final int DOCUMENTS = 120;
    private static final int NAMES = 18;

    @Test
    void the_names_of_large_documents_are_not_kept_for_good() throws Exception {
        JsonParsers parsers = new JsonParsers(new JsonFactory());
        long before = used();

        for (int document = 0; document < DOCUMENTS; document++) {
            read(parsers, document);
        }

        // 200 MiB when all are remembered
        assertThat(used() - before).isLessThan(100L << 20);
        read(parsers, 0);
    }

    private static void read(JsonParsers parsers, int document) throws IOException {
        StringBuilder json = new StringBuilder("{");
        for (int name = 0; name < NAMES; name++) {
            json.append('"')
                    .append(document * NAMES + name)
                    .append("n".repeat(45_000))
                    .append("\":1,");
        }
        byte[] body = bytes(json.append("\"last\":1}").toString());
        try (JsonParser parser = parsers.of(body, 0, body.length)) {
            while (parser.nextToken() != null) {
                // names are remembered as they are met
            }
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
