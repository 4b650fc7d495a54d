/** A crash-safe write-ahead journal of events: accepted means fsynced, and nothing accepted is forgotten before it is processed, dead or discarded. */
package io.bactrian.journal;
