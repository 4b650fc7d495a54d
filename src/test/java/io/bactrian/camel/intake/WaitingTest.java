package io.bactrian.camel.intake;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.journal.Key;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class WaitingTest {

    @TempDir
    Path directory;

    /** Threads that begin to work when they may. */
    private static final class Held extends DefaultThreadPoolFactory {
        private final CountDownLatch may = new CountDownLatch(1);

        @Override
        public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory factory) {
            return super.newThreadPool(
                    profile,
                    "bactrian-status".equals(profile.getId())
                            ? task -> factory.newThread(() -> {
                                await();
                                task.run();
                            })
                            : factory);
        }

        private void await() {
            try {
                may.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void what_is_too_much_to_look_up_is_refused_and_nothing_is_read_on_the_callers_thread() throws Exception {
        // Given
        Held threads = new Held();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent()
                    .addInitialProperty(
                            "bactrian.journal.directory",
                            directory.resolve("journal").toString());
            context.getExecutorServiceManager().setThreadPoolFactory(threads);
            context.start();
            Waiting waiting = Waiting.of(context);

            // When: four at work, a thousand waiting, and one more
            List<CompletableFuture<Optional<byte[]>>> lookUps = new ArrayList<>();
            for (int i = 0; i < 1005; i++) {
                lookUps.add(waiting.payload(new Key(1, i)));
            }

            // Then
            assertThat(lookUps.get(1004))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().kind()).isEqualTo(ProblemKind.OVERLOADED));

            // When
            threads.may.countDown();

            // Then
            lookUps.subList(0, 1004).forEach(lookUp -> assertThat(lookUp.join()).isEmpty());
        }
    }
}
