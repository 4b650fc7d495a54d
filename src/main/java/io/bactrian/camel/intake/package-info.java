/** The steps of the intake routes that join the other rooms: read, answer, tell what became of an event. */
package io.bactrian.camel.intake;
