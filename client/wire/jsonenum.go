package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// readVariant reads an enum from JSON: the name of a variant without fields as
// a string, or an object whose only member has the name and the fields of a
// variant. The body is never empty, so that it can be unmarshalled.
func readVariant(data []byte, what string) (name string, body json.RawMessage, err error) {
	if len(data) > 0 && data[0] == '"' {
		err = json.Unmarshal(data, &name)
		return name, json.RawMessage("null"), err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return "", nil, fmt.Errorf("%s: %w", what, err)
	}
	if len(members) != 1 {
		return "", nil, fmt.Errorf("%s has %d members in place of one variant", what, len(members))
	}
	for name, body = range members {
	}
	return name, body, nil
}

// variantJSON writes a variant that has fields.
func variantJSON(name string, body any) ([]byte, error) {
	return json.Marshal(map[string]any{name: body})
}

// readNumbers fills dst with bytes that are written as a list of so many
// numbers. encoding/json alone would pass over a list of another length.
func readNumbers(data, dst []byte, what string) error {
	b, err := readNumberList(data, what)
	if err == nil && len(b) != len(dst) {
		err = fmt.Errorf("%s of %d bytes, want %d", what, len(b), len(dst))
	}
	if err == nil {
		copy(dst, b)
	}
	return err
}

// readNumberList reads bytes that are written as a list of numbers. encoding/json
// alone would also read base64.
func readNumberList(data []byte, what string) ([]byte, error) {
	text, isList := strings.CutPrefix(strings.TrimSpace(string(data)), "[")
	if text = strings.TrimSpace(strings.TrimSuffix(text, "]")); !isList {
		return nil, fmt.Errorf("%s is no list of numbers", what)
	}
	if text == "" {
		return nil, nil
	}
	items := strings.Split(text, ",")
	b := make([]byte, len(items))
	for i, item := range items {
		n, err := strconv.ParseUint(strings.TrimSpace(item), 10, 8)
		if err != nil {
			return nil, fmt.Errorf("%s: byte %d is %.20q", what, i, item)
		}
		b[i] = byte(n)
	}
	return b, nil
}

// numbersJSON writes bytes as a list of numbers.
func numbersJSON(b []byte) []byte {
	text := []byte{'['}
	for i, n := range b {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendUint(text, uint64(n), 10)
	}
	return append(text, ']')
}
