/** Bactrian: a durable webhook and CloudEvents gateway to NATS JetStream. */
package io.bactrian;
