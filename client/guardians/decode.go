package guardians

import (
	"encoding/json"
	"errors"
	"reflect"

	"satchel/client/wire"
)

// A Decode turns what a guardian answered into a value, after checking all that
// can be checked of one guardian's answer.
type Decode[A any] func(peer wire.PeerID, answer json.RawMessage) (A, error)

// JSON decodes answers that are the JSON form of an A. Null is no A, unless A
// is a pointer: then it is nil.
func JSON[A any](_ wire.PeerID, answer json.RawMessage) (value A, err error) {
	if string(answer) == "null" && reflect.TypeFor[A]().Kind() != reflect.Pointer {
		return value, errors.New("null is no answer")
	}
	// A guardian's answer is valid JSON. For a type that reads itself,
	// json.Unmarshal would make sure of that and look for the end of the answer
	// first, which for a long list takes longer than to read it.
	if reader, ok := any(&value).(json.Unmarshaler); ok {
		err = reader.UnmarshalJSON(answer)
	} else {
		err = json.Unmarshal(answer, &value)
	}
	return value, err
}

// Consensus decodes answers that are the consensus form of an A in a wire.Serde.
func Consensus[A any, P wire.Decodable[A]](peer wire.PeerID, answer json.RawMessage) (value A, err error) {
	wrapped, err := JSON[wire.Serde](peer, answer)
	if err != nil {
		return value, err
	}
	return wire.Decode[A, P](wrapped)
}

// ConsensusBase64 decodes answers that are the consensus form of an A in a
// wire.SerdeBase64.
func ConsensusBase64[A any, P wire.Decodable[A]](peer wire.PeerID, answer json.RawMessage) (value A, err error) {
	wrapped, err := JSON[wire.SerdeBase64](peer, answer)
	if err != nil {
		return value, err
	}
	return wire.Decode[A, P](wrapped)
}
