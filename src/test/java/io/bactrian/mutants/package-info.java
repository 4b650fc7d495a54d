/** Faults put into the program on purpose, to see that the tests find them. */
package io.bactrian.mutants;
