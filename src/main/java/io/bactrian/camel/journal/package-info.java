/** The {@code journal:} component, a crash-safe SEDA, and the idempotent repository that is a thin view on the same journal. */
package io.bactrian.camel.journal;
