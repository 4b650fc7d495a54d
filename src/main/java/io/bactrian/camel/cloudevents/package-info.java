/** CloudEvents in a user's own Camel routes: data types, type converters, and the header names of camel-cloudevents. */
package io.bactrian.camel.cloudevents;
