import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;

/** The same stream for every program that is measured: {@code CreateStream nats://127.0.0.1:4222 [MAX-BYTES]}. */
public final class CreateStream {

    private static final long TWO_GIBIBYTES = 2L << 30;

    public static void main(String[] arguments) throws Exception {
        try (Connection nats = Nats.connect(arguments[0])) {
            nats.jetStreamManagement()
                    .addStream(StreamConfiguration.builder()
                            .name("EVENTS")
                            .subjects("events.>")
                            .storageType(StorageType.File)
                            .maxBytes(arguments.length > 1 ? Long.parseLong(arguments[1]) : TWO_GIBIBYTES)
                            .duplicateWindow(Duration.ofMinutes(2))
                            .build());
        }
    }
}
