/** Micro-benchmarks held against a committed baseline. */
package io.bactrian.benchmarks;
