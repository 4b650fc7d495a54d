package io.bactrian.app.bench;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * The load to make.
 *
 * @param scenario what is measured
 * @param target where to post, path included
 * @param headers of every request, such as the credential
 * @param connections requests in progress, at most
 * @param rate requests a second in open loop, or 0 for a closed loop: a connection sends again once it is answered
 * @param warmup load before the measured part
 * @param duration of the measured part
 * @param size bytes of the body of one event
 * @param batch events in a batch
 * @param copies how often each event is sent with {@link Scenario#DUPLICATES}
 * @param webhooks how many take turns with {@link Scenario#WEBHOOK}; with more than one the path ends in a number
 */
public record Load(
        Scenario scenario,
        URI target,
        Map<String, String> headers,
        int connections,
        double rate,
        Duration warmup,
        Duration duration,
        int size,
        int batch,
        int copies,
        int webhooks) {

    private static final int LEAST_SIZE = 96;

    public Load {
        headers = Map.copyOf(headers);
        require(
                "http".equals(target.getScheme()) && target.getHost() != null,
                "--url " + target + ": expected http://host:port");
        require(connections > 0 && connections <= 20_000, "--connections " + connections + ": expected 1 to 20000");
        require(rate >= 0 && rate <= 10_000_000, "--rate " + rate + ": expected requests a second, or 0");
        require(!warmup.isNegative(), "--warmup " + warmup + ": expected a duration such as 10s");
        require(duration.toMillis() >= 1, "--duration " + duration + ": expected a duration such as 10s");
        require(
                size >= LEAST_SIZE && size <= 16_777_216,
                "--size " + size + ": expected " + LEAST_SIZE + " to 16777216 bytes");
        require(batch > 0 && batch <= 100_000, "--batch " + batch + ": expected 1 to 100000");
        require(copies > 1 && copies <= 1000, "--copies " + copies + ": expected 2 to 1000");
        require(webhooks > 0 && webhooks <= 100_000, "--webhooks " + webhooks + ": expected 1 to 100000");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** @return events in one request */
    int eventsInRequest() {
        return scenario == Scenario.BATCH ? batch : 1;
    }

    /** @return the number of the first event in the n-th request */
    long firstEvent(long request) {
        return scenario == Scenario.DUPLICATES ? request / copies : request * eventsInRequest();
    }

    /** @return digits of the number that the path ends in, 0 without one */
    int webhookDigits() {
        return scenario == Scenario.WEBHOOK && webhooks > 1
                ? String.valueOf(webhooks - 1).length()
                : 0;
    }

    boolean isOpenLoop() {
        return rate > 0;
    }
}
