package io.bactrian.camel.http;

/** Told of every answer to an intake request, on its event loop; a bean in the registry. Must be quick. */
public interface RequestListener {

    /**
     * @param webhook label of the intake path, from configuration, never from the sender
     * @param status the status of the answer
     * @param nanos from the request's head to its answer
     */
    void answered(String webhook, int status, long nanos);

    /** A 4xx answer. */
    void rejected(String webhook, ProblemKind reason);
}
