//go:build unix

package devtools

import (
	"encoding/json"
	"fmt"
	"strings"
)

// An Object is a value as the protocol describes it (Runtime.RemoteObject).
type Object struct {
	Type                string
	Description         string
	UnserializableValue string          // NaN, -0, 12n and the like
	Value               json.RawMessage // if it has one and it was asked for
}

func (o Object) String() string {
	switch {
	case o.Value != nil:
		var s string
		if json.Unmarshal(o.Value, &s) == nil {
			return s
		}
		return string(o.Value)
	case o.Description != "":
		return o.Description
	case o.UnserializableValue != "":
		return o.UnserializableValue
	}
	return o.Type
}

// ExceptionDetails say what was thrown (Runtime.ExceptionDetails).
type ExceptionDetails struct {
	Text      string // "Uncaught", "Uncaught (in promise)"
	Exception Object
}

func (e ExceptionDetails) String() string { return e.Text + " " + e.Exception.String() }

// An Exception is what an evaluated expression threw, or what its promise was
// rejected with.
type Exception struct {
	Expression string
	Text       string
}

func (e *Exception) Error() string { return fmt.Sprintf("%s: %s", short(e.Expression), e.Text) }

func short(expression string) string {
	line := strings.Join(strings.Fields(expression), " ")
	if len(line) > 100 {
		line = line[:100] + "…"
	}
	return line
}
