/** HTTP without waiting threads: the asynchronous platform-http engine, its limits, its answers and problem+json. */
package io.bactrian.camel.http;
