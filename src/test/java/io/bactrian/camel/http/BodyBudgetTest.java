package io.bactrian.camel.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BodyBudgetTest {

    private final BodyBudget budget = new BodyBudget(100);

    @Test
    void what_is_more_than_there_is_room_for_is_refused_and_not_counted() throws ProblemException {
        // Given
        BodyBudget.Share first = budget.share();
        BodyBudget.Share second = budget.share();
        first.take(60);

        // Then
        assertThatThrownBy(() -> second.take(41)).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(
                        e.problem().kind())
                .isEqualTo(ProblemKind.OVERLOADED));
        assertThat(budget.held()).isEqualTo(60);
        second.take(40);
        assertThat(budget.held()).isEqualTo(100);
    }

    @Test
    void whoever_is_alone_has_room() throws ProblemException {
        BodyBudget.Share alone = budget.share();
        alone.take(90);
        alone.take(90);

        assertThat(budget.held()).isEqualTo(180);
    }

    @Test
    void a_share_is_given_back_once_and_takes_nothing_afterwards() throws ProblemException {
        // Given
        BodyBudget.Share share = budget.share();
        share.take(10);

        // When
        share.release();
        share.release();

        // Then
        assertThat(budget.held()).isZero();
        assertThatThrownBy(() -> share.take(1)).isInstanceOf(ProblemException.class);
        assertThat(budget.held()).isZero();
    }

    @Test
    void nothing_is_left_whatever_the_order_in_which_threads_take_and_release() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 10_000; n++) {
                    BodyBudget.Share share = budget.share();
                    try {
                        share.take(30);
                        share.take(30);
                    } catch (ProblemException full) {
                        // another thread has it
                    }
                    share.release();
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        assertThat(budget.held()).isZero();
    }
}
