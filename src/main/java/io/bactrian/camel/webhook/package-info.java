/** Webhooks as routes: the steps of the {@code webhook} template and what gives each its name and path. */
package io.bactrian.camel.webhook;
