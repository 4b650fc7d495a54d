/** The {@code jetstream:} component: publishes to a stream and completes with the PubAck, asynchronously. */
package io.bactrian.camel.jetstream;
