package rpc

import (
	"encoding/json"
	"errors"
)

// A Pair is a tuple of two. JSON: list of two.
type Pair[A, B any] struct {
	First  A
	Second B
}

// MarshalJSON returns a list of two.
func (p Pair[A, B]) MarshalJSON() ([]byte, error) { return json.Marshal([]any{p.First, p.Second}) }

// UnmarshalJSON reads a list of two, of which neither is null.
func (p *Pair[A, B]) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	err := json.Unmarshal(data, &list)
	if err == nil && len(list) != 2 {
		err = errors.New("want a list of two")
	}
	if err == nil {
		p.First, err = Params[A](list[0])
	}
	if err == nil {
		p.Second, err = Params[B](list[1])
	}
	return err
}
