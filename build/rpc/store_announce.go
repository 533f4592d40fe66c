//go:build announce

package rpc

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
)

// store keeps a map in a file, and asks the server at $SATCHEL_ANNOUNCE before
// and after every commit whether to go on: that is when tests kill the process.
// It is not part of a release.
func store(path string) kv.Store { return &announced{logfile.Open(path), filepath.Base(path)} }

type announced struct {
	kv.Store
	name string
}

func (s *announced) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	s.announce("before", seq, batch)
	err := s.Store.Commit(ctx, seq, batch)
	if err == nil {
		s.announce("after", seq, batch)
	}
	return err
}

// announce tells what is about to be durable, or is, and waits for the answer.
func (s *announced) announce(when string, seq uint64, batch []kv.Write) {
	keys := ""
	for _, w := range batch {
		keys += w.String() + "\n"
	}
	url := fmt.Sprintf("%s?when=%s&store=%s&seq=%d", os.Getenv("SATCHEL_ANNOUNCE"), when, s.name, seq)
	response, err := http.Post(url, "text/plain", strings.NewReader(keys))
	if err != nil {
		panic("rpc: nobody listens to announcements: " + err.Error())
	}
	response.Body.Close()
}
