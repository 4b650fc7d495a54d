/** What is shipped besides our own classes, held against a committed list. */
package io.bactrian.dependencies;
