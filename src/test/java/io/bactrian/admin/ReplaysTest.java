package io.bactrian.admin;

import java.security.SecureRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReplaysTest {

    @Test
    void an_id_can_be_pasted_behind_an_option() {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 1000; i++) {
            assertThat(Replays.newId(random)).matches("[A-Za-z][A-Za-z0-9_-]{11}");
        }
    }
}
