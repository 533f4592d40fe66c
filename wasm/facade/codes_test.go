package facade

import (
	"fmt"
	"testing"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// A refusal is an answer: it is told from guardians that are silent, that do not
// agree and that do not know the method.
func TestCodeOfUndecided(t *testing.T) {
	no := func(text string) error { return &guardians.AnswerError{Code: 400, Message: text} }
	unknown := &guardians.AnswerError{Code: -32601, Message: "method not found"}
	silent, scheme := guardians.ErrUnreachable, guardians.ErrScheme
	for want, cases := range map[Code][][]error{
		Refused:               {{no("too late")}, {no("too late"), no("too late")}, {silent, no("too late")}, {no("too late"), no("too late"), no("too soon")}},
		FederationUnreachable: {{}, {silent}, {silent, silent, no("too late")}, {unknown, unknown}, {no("a"), no("b"), no("c")}},
		UnsupportedFederation: {{scheme, no("too late"), no("too late")}},
	} {
		for _, reasons := range cases {
			u := &guardians.UndecidedError{Method: "backup", Reasons: map[wire.PeerID]error{}}
			for i, reason := range reasons {
				u.Reasons[wire.PeerID(i)] = reason
			}
			if got := codeOf(fmt.Errorf("backup: %w", u)); got != want {
				t.Errorf("%v is %s, want %s", u, got, want)
			}
		}
	}
}
