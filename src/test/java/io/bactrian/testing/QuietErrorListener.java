package io.bactrian.testing;

import io.nats.client.ErrorListener;

/** Tests break connections on purpose; jnats' own listener would log each of them. */
final class QuietErrorListener implements ErrorListener {}
