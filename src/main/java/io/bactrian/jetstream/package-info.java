/** Publishing to NATS JetStream: a connection that never gives up, a bounded window, a deadline of its own and errors sorted by what to do about them. */
package io.bactrian.jetstream;
