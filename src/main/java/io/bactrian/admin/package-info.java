/** The management API: asks, replays and discards events, on the management port. */
package io.bactrian.admin;
