package io.bactrian.app;

import java.nio.file.Path;
import java.util.Optional;

import io.bactrian.testing.NatsBinary;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** With the newest nats-server there is. */
@Tag("faults")
class NewestNatsFaultsIT extends NatsFaults {
    private final Optional<Path> newest = NatsBinary.latest();

    @BeforeEach
    void needNewest() {
        if (newest.isEmpty()) {
            System.err.println("SKIPPED: needs the newest nats-server in NATS_SERVER_LATEST");
        }
        Assumptions.assumeTrue(newest.isPresent(), "NATS_SERVER_LATEST names none");
    }

    @Override
    Path binary() {
        return newest.orElseThrow();
    }

    @Override
    int times() {
        return 10;
    }
}
