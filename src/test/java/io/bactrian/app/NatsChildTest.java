package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NatsChildTest {

    @TempDir
    Path directory;

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).collect(Collectors.toSet());
    }

    @Test
    void who_is_interrupted_while_it_starts_leaves_no_process_behind() throws IOException {
        // Given: a server that never listens
        Path program = Files.writeString(directory.resolve("nats-server"), "#!/bin/sh\nexec sleep 60\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Set<ProcessHandle> before = children();

        // When
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> NatsChild.start(program, 0, directory)).isInstanceOf(InterruptedException.class);

        // Then
        Set<ProcessHandle> after = children();
        after.removeAll(before);
        assertThat(after).isEmpty();
    }
}
