// What a Go programmer writes: net/http, nats.go, one publish a request, the answer after the PubAck, nothing kept.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func main() {
	address, url := os.Args[1], os.Args[2]
	nc, err := nats.Connect(url, nats.MaxReconnects(-1))
	if err != nil {
		log.Fatal(err)
	}
	js, err := jetstream.New(nc, jetstream.WithPublishAsyncMaxPending(1024))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 900<<10))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		source, id := r.Header.Get("ce-source"), r.Header.Get("ce-id")
		msg := nats.NewMsg("events.rival")
		msg.Data = body
		for name, values := range r.Header {
			if lower := strings.ToLower(name); strings.HasPrefix(lower, "ce-") {
				msg.Header[lower] = values
			}
		}
		msg.Header["ce-datacontenttype"] = []string{r.Header.Get("Content-Type")}
		msg.Header[nats.MsgIdHdr] = []string{source + "/" + id}
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		future, err := js.PublishMsgAsync(msg)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		select {
		case <-future.Ok():
			w.WriteHeader(http.StatusCreated)
		case err := <-future.Err():
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		case <-ctx.Done():
			http.Error(w, "no answer from NATS", http.StatusGatewayTimeout)
		}
	})
	log.Fatal(http.ListenAndServe(address, nil))
}
