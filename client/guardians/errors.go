package guardians

import (
	"errors"
	"fmt"
	"strings"

	"satchel/client/wire"
)

var (
	// ErrUnreachable is that a guardian was not reached, or the connection to it
	// was lost, or it did not answer in time. It says nothing about what became
	// of the call.
	ErrUnreachable = errors.New("guardian unreachable")

	// ErrMisbehaved is that a guardian sent what no honest one sends.
	ErrMisbehaved = errors.New("guardian misbehaved")

	// ErrScheme is that a guardian has an address of a kind that is not spoken
	// here.
	ErrScheme = errors.New("guardian has no address that this wallet can use")
)

// The code of an AnswerError that callers decide on.
const codeMethodUnknown = -32601

// An AnswerError is a guardian's answer that it cannot or will not do what was
// asked. It is the word of one guardian only.
type AnswerError struct {
	Code int
	// Message is the guardian's text, at most 1000 bytes of it.
	Message string
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("guardian answers with error %d: %q", e.Code, e.Message)
}

// MethodUnknown reports whether err is the answer that a method is unknown,
// which older guardians give.
func MethodUnknown(err error) bool {
	var answer *AnswerError
	return errors.As(err, &answer) && answer.Code == codeMethodUnknown
}

// schemeError is an ErrScheme that tells what the guardian's operator can do.
func schemeError(url wire.SafeURL) error {
	return fmt.Errorf("%w: %q needs %q; its operator can publish a wss:// address with an API announcement or in the guardian metadata",
		ErrScheme, url, url.Scheme())
}

// An UndecidedError is that the answers do not suffice for a decision, and that
// those still to come could not change that.
type UndecidedError struct {
	Method string
	// Reasons has what is the matter with each guardian. Those that had not
	// answered yet when no answer of theirs mattered any more are not in it.
	Reasons map[wire.PeerID]error
}

func (e *UndecidedError) Error() string {
	parts := make([]string, 0, len(e.Reasons))
	for _, peer := range wire.Keys(e.Reasons) {
		parts = append(parts, fmt.Sprintf("guardian %d: %v", peer, e.Reasons[peer]))
	}
	if len(parts) == 0 {
		parts = append(parts, "there are too few guardians")
	}
	return e.Method + " is undecided: " + strings.Join(parts, "; ")
}

// Count returns for how many guardians is holds of their reason: the method is
// unknown to the federation if at least one honest guardian must be among those
// that say so.
func (e *UndecidedError) Count(is func(error) bool) int {
	n := 0
	for _, reason := range e.Reasons {
		if is(reason) {
			n++
		}
	}
	return n
}

// answered is the reason of a guardian that gave an answer, which did not help.
type answered struct{ said string }

func (a answered) Error() string { return "answers " + a.said }

// cut shortens a text from outside to n bytes, for errors and screens.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
