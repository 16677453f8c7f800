package loopback

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
)

func TestOnlyThisComputer(t *testing.T) {
	for listen, ok := range map[string]bool{
		"127.0.0.1:0": true, "localhost:8077": true, "[::1]:0": true,
		"0.0.0.0:0": false, ":0": false, "192.0.2.1:0": false, "example.com:0": false, "127.0.0.1": false,
	} {
		if err := Check(listen); (err == nil) != ok {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

func TestServeWaitsForItsRequests(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var finished atomic.Bool
	began := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		finished.Store(true)
	})
	asked := make(chan struct{})
	err := Serve(ctx, "127.0.0.1:0", h, func(origin string) {
		go func() {
			defer close(asked)
			if res, err := http.Get(origin); err == nil {
				_, _ = io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		}()
		<-began
		cancel()
	})
	if err != nil || !finished.Load() {
		t.Errorf("%v, the request was finished: %t", err, finished.Load())
	}
	<-asked
}
