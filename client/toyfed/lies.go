package toyfed

import (
	"encoding/json"
	"fmt"
	"strings"

	"satchel/client/wire"
)

// methods returns names of methods of both mints.
func methods(names ...string) (all []string) {
	for _, name := range names {
		all = append(all, moduleMethod(MintID, name), moduleMethod(MintV2ID, name))
	}
	return all
}

// FalseOutcomes are lies about what becomes of transactions.
func FalseOutcomes() map[string]Lie {
	return map[string]Lie{
		"refused": Lie(func(q Question) (any, error) {
			m := q.Fed.mints[0]
			return wire.SerdeOf(wire.SubmissionOutcome{Err: m.refuseInput(m.id, usedBefore, 0)}), nil
		}).About("submit_transaction"),
		"taken": Lie(func(q Question) (any, error) {
			tx, err := parseSubmission(q.Params)
			return wire.SerdeOf(wire.SubmissionOutcome{TxID: tx.id}), err
		}).About("submit_transaction"),
		"another taken": Lie(func(Question) (any, error) {
			return wire.SerdeOf(wire.SubmissionOutcome{TxID: wire.TxID{1}}), nil
		}).About("submit_transaction"),
		"in consensus": Lie(func(q Question) (any, error) {
			return q.Params, nil
		}).About("await_transaction"),
		"another in consensus": Lie(func(Question) (any, error) {
			return wire.TxID{1}, nil
		}).About("await_transaction"),
		"spent":     Lie(func(Question) (any, error) { return true, nil }).About(moduleMethod(MintID, "note_spent")),
		"not spent": Lie(func(Question) (any, error) { return false, nil }).About(moduleMethod(MintID, "note_spent")),
	}
}

// Replays is a lie: to every question of a method the guardian answers what it
// answered to the first one.
func Replays(q Question) (any, error) {
	answer, err := q.Honest()
	if err != nil {
		return nil, err
	}
	q.Fed.mu.Lock()
	defer q.Fed.mu.Unlock()
	key := fmt.Sprint(q.Peer, q.Method)
	if _, ok := q.Fed.first[key]; !ok {
		q.Fed.first[key] = answer
	}
	return q.Fed.first[key], nil
}

// BadShapes are answers that are JSON, but not of the form of any answer to the
// method.
func BadShapes() map[string]Lie {
	lies := map[string]Lie{}
	for name, text := range map[string]string{
		"null": `null`, "a number": `7`, "a negative number": `-1`, "a great number": `1e400`,
		"an empty text": `""`, "a text": `"zz"`, "an empty list": `[]`, "an object": `{}`,
		"a list of nothing": `[null]`, "a list of a list": `[[]]`, "a list of numbers": `[1,2,3]`,
		"a wrapped nothing": `[""]`, "a wrapped zero": `["00"]`, "wrapped odd hex": `["0"]`,
		"a wrapped length too great": `["fdffff"]`, "a wrapped length of 2⁶⁴": `["ffffffffffffffffff"]`,
		"two wrapped": `["0100","0100"]`, "nothing but depth": strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"long": `"` + strings.Repeat("00", 100_000) + `"`,
	} {
		lies[name] = func(Question) (any, error) { return json.RawMessage(text), nil }
	}
	for name, change := range map[string]func(string) string{
		"wrapped once more": func(s string) string { return "[" + s + "]" },
		"in an object":      func(s string) string { return `{"result":` + s + "}" },
		"twice":             func(s string) string { return "[" + s + "," + s + "]" },
		"hex cut short":     func(s string) string { return strings.Replace(s, `"]`, `f"]`, 1) },
		"hex too long":      func(s string) string { return strings.Replace(s, `"]`, `00"]`, 1) },
	} {
		lies[name] = func(q Question) (any, error) {
			honest, err := q.Honest()
			if err != nil {
				return nil, err
			}
			return json.RawMessage(change(string(must(json.Marshal(honest))))), nil
		}
	}
	return lies
}
