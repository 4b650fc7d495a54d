/** The {@code bactrian.*} keys inside a Camel context: their defaults, their values with units, and errors that name the key. */
package io.bactrian.camel.config;
