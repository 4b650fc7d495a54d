/** Signed webhooks: who sent it, and which CloudEvent it is. */
package io.bactrian.webhook;
