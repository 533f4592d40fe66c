package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// A request is a well-formed call of some method.
type request struct {
	id     json.RawMessage
	method string
	// list is the member "params", which is read once the method is known to
	// exist.
	list json.RawMessage
}

var null = json.RawMessage("null")

// readRequest reads a message. A nil error with ok false is a notification. The
// id is null when an error comes before it is known.
func readRequest(message []byte) (r request, ok bool, refusal *Error) {
	r.id = null
	switch text := bytes.TrimLeft(message, " \t\r\n"); {
	case len(text) > 0 && text[0] == '[':
		return r, false, &Error{codeBatch, "Batched requests are not supported by this server"}
	case len(text) == 0 || text[0] != '{' || !utf8.Valid(text):
		return r, false, &Error{codeParse, "Parse error"}
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(message, &members) != nil {
		return r, false, &Error{codeParse, "Parse error"}
	}
	id, hasID := members["id"]
	version, versionOK := readString(members["jsonrpc"])
	method, methodOK := readString(members["method"])
	formed := versionOK && version == "2.0" && methodOK
	switch known := hasID && isID(id); {
	case !known && formed: // what jsonrpsee takes for a notification
		return r, false, nil
	case !known:
		return r, false, &Error{codeParse, "Parse error"}
	}
	r.id = id
	if !formed {
		return r, false, &Error{codeInvalid, "Invalid request"}
	}
	r.method, r.list = method, members["params"]
	return r, true, nil
}

func readString(raw json.RawMessage) (s string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	return s, json.Unmarshal(raw, &s) == nil
}

// isID reports whether an id is null, a number from 0 or a string.
func isID(raw json.RawMessage) bool {
	if isNull(raw) || raw[0] == '"' {
		return true
	}
	_, err := strconv.ParseUint(string(raw), 10, 64)
	return err == nil
}

// readParams returns auth, or "", and params of the ApiRequest that is the only
// element of the list.
func readParams(list json.RawMessage) (auth string, params json.RawMessage, refusal *Error) {
	var elements []json.RawMessage
	if len(list) == 0 || json.Unmarshal(list, &elements) != nil || len(elements) != 1 {
		return "", nil, &Error{codeParams, "Invalid params"}
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(elements[0], &members); err != nil || members == nil {
		return "", nil, &Error{codeBadRequest, "the parameter is no object with auth and params"}
	}
	if raw, ok := members["auth"]; ok && !isNull(raw) {
		if auth, ok = readString(raw); !ok {
			return "", nil, &Error{codeBadRequest, "auth is neither a string nor null"}
		}
	}
	params, ok := members["params"]
	if !ok {
		return "", nil, &Error{codeBadRequest, "missing field params"}
	}
	return auth, params, nil
}

// Response returns the message that gives a result, or the error -32008 when
// that is too long.
func Response(id json.RawMessage, result any) []byte {
	body, err := json.Marshal(result)
	if err != nil {
		return failure(id, err)
	}
	if len(body) > MaxMessage {
		return failure(id, &Error{codeResponseTooLong, "Response is too big"})
	}
	return frame(id, "result", body)
}

// failure returns the message that gives an error.
func failure(id json.RawMessage, err error) []byte {
	answer, ok := errors.AsType[*Error](err)
	if !ok {
		answer = &Error{codeServer, err.Error()}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic("rpc: an error is no JSON: " + err.Error())
	}
	return frame(id, "error", body)
}

func frame(id json.RawMessage, member string, body []byte) []byte {
	message := make([]byte, 0, len(body)+len(id)+40)
	message = append(message, `{"jsonrpc":"2.0","id":`...)
	message = append(message, id...)
	message = append(message, `,"`+member+`":`...)
	return append(append(message, body...), '}')
}
