/** The event itself: parse, validate and write CloudEvents 1.0 for HTTP and NATS, and tell one event from another. */
package io.bactrian.cloudevents;
