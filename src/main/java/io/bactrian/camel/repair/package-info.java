/** Notices when a broker has lost what it had acknowledged, and publishes again what the journal still holds. */
package io.bactrian.camel.repair;
