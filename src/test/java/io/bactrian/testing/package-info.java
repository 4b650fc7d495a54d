/** What every integration test stands on: a real nats-server that can be killed, and a network that can be broken. */
package io.bactrian.testing;
