package io.bactrian.journal;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A manifest goes on when the disk does, whatever it could not do before. */
class ManifestTest {
    private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1));

    @Test
    void files_that_could_not_be_removed_after_a_failed_write_are_used_again() throws IOException {
        // Given
        Manifest manifest = Manifest.fresh(disk.open(), new byte[Manifest.KEY_BYTES], List.of(), 64);
        manifest.write(List.of());
        for (int i = 0; i < 2; i++) {
            disk.failForces = 1;
            disk.failDeletes = Integer.MAX_VALUE;
            assertThatThrownBy(() -> manifest.write(List.of())).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> manifest.write(List.of())).hasMessageContaining("no file is left for the manifest");
        // When
        disk.failDeletes = 0;
        List<Manifest.Entry> entries = List.of(new Manifest.Entry(7, 7, 7, 4096, Segment.LOG, 0));
        manifest.write(entries);
        // Then
        disk.restart(false);
        assertThat(Manifest.read(disk.open()).entries()).isEqualTo(entries);
    }
}
