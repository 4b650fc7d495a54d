/** Certificates and private keys in PEM files. */
package io.bactrian.pem;
