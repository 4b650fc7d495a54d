package io.bactrian.camel.http;

/** Thrown in a route to end the request with this problem as its answer. */
public final class ProblemException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        // an answer, not a fault: nobody reads its stack
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public ProblemException(ProblemKind kind, String detail) {
        this(new Problem(kind, detail));
    }

    public Problem problem() {
        return problem;
    }
}
