/** Load against a gateway: a client without coordinated omission, and the proof from the stream that nothing was lost. */
package io.bactrian.app.bench;
