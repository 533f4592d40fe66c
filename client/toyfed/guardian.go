package toyfed

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// A Guardian is one of the federation, as a wallet reaches it.
type Guardian struct {
	f    *Federation
	peer wire.PeerID
}

// Guardian returns one of the guardians.
func (f *Federation) Guardian(peer wire.PeerID) Guardian { return Guardian{f, peer} }

// Call answers a request, as its fate and the guardian's honesty will have it.
func (g Guardian) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	if g.f.isOff(g.peer) {
		return nil, silence(ctx, guardians.ErrUnreachable)
	}
	request, ok := params.(json.RawMessage)
	if !ok {
		var err error
		if request, err = json.Marshal(params); err != nil {
			return nil, err
		}
	}
	name := fmt.Sprintf("guardian %d %s %s", g.peer, method, brief(request))
	serve := func() (json.RawMessage, error) { return g.answer(ctx, name, method, request) }
	if g.f.world != nil {
		return sim.Call(ctx, g.f.world, name, serve)
	}
	if g.f.Delay != nil {
		select {
		case <-time.After(g.f.Delay(g.peer)):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return serve()
}

func (g Guardian) answer(ctx context.Context, name, method string, request json.RawMessage) (json.RawMessage, error) {
	honest := func() (any, error) { return g.f.serve(ctx, g.peer, name, method, request) }
	answer, err := any(nil), error(nil)
	if g.f.Lie != nil {
		answer, err = g.f.Lie(Question{g.f, g.peer, method, request, honest})
	} else {
		answer, err = honest()
	}
	if err != nil {
		return nil, err
	}
	if said, ok := answer.(json.RawMessage); ok {
		return said, nil
	}
	return json.Marshal(answer)
}

// silence is what somebody answers who is off: nothing, until the caller loses
// patience and has this error.
func silence(ctx context.Context, unreachable error) error {
	select {
	case <-time.After(time.Minute):
		return unreachable
	case <-ctx.Done():
		return ctx.Err()
	}
}

// brief tells requests apart in the name of a gate.
func brief(request []byte) string {
	if len(request) > 24 {
		sum := uint64(14695981039346656037)
		for _, b := range request {
			sum = (sum ^ uint64(b)) * 1099511628211
		}
		return fmt.Sprintf("%x", binary.BigEndian.AppendUint64(nil, sum))
	}
	return string(request)
}
