/**
 * The event itself: parse, validate and write CloudEvents 1.0 for HTTP and NATS, and tell one event from another. Start at {@link io.bactrian.cloudevents.CloudEvent}; it comes in by {@link io.bactrian.cloudevents.HttpBinding} and {@link io.bactrian.cloudevents.JsonFormat} and goes out by {@link io.bactrian.cloudevents.NatsBinding}.
 */
package io.bactrian.cloudevents;
