package io.bactrian.camel.http;

import java.util.Optional;

/**
 * Tells what to answer when a route failed. All beans of this type in the registry are asked, the first answer wins;
 * what nobody knows is {@link ProblemKind#INTERNAL_ERROR}.
 */
@FunctionalInterface
public interface ProblemMapper {

    /** @param failure the exception of the exchange, with its causes */
    Optional<Problem> problem(Throwable failure);
}
