/** Bactrian's rooms inside Camel, and the names by which its steps speak to each other on an exchange. */
package io.bactrian.camel;
