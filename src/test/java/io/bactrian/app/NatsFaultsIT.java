package io.bactrian.app;

import java.nio.file.Path;

import io.bactrian.testing.NatsBinary;

/** With the nats-server of the machine: 2.9.10 of Debian in CI. */
class NatsFaultsIT extends NatsFaults {

    @Override
    Path binary() {
        return NatsBinary.standard();
    }

    @Override
    int times() {
        return 1;
    }
}
