/** The standalone gateway: configuration, command line, development server. */
package io.bactrian.app;
