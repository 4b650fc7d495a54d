/** Bactrian's own meters: what was asked, accepted, processed, lost to nobody. */
package io.bactrian.camel.observe;
