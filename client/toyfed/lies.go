package toyfed

import (
	"encoding/json"
	"fmt"
	"strings"

	"satchel/client/wire"
)

// BadShares are lies about the signature shares of new notes, by what is wrong
// with them.
func BadShares() map[string]Lie {
	return map[string]Lie{
		"random":         shares(func(f forger) wire.G1 { return f.sign(f.out.BlindNonce, [32]byte{7, byte(f.i), 9, byte(f.q.Peer)}) }),
		"identity":       shares(func(forger) wire.G1 { return wire.G1{0xc0} }),
		"no coordinate":  shares(func(forger) wire.G1 { return filled(0x9f, 0xff) }),
		"off the curve":  shares(func(f forger) wire.G1 { return f.noElement() }),
		"wrong key":      shares(func(f forger) wire.G1 { return f.sign(f.out.BlindNonce, f.secret(f.out.Amount, 1)) }),
		"wrong tier":     shares(func(f forger) wire.G1 { return f.sign(f.out.BlindNonce, f.secret(f.otherTier(), 0)) }),
		"another note's": shares(func(f forger) wire.G1 { return f.sign(f.otherNote(), f.secret(f.out.Amount, 0)) }),
		"one is bad": shares(func(f forger) wire.G1 {
			if f.i < f.n-1 {
				return f.sign(f.out.BlindNonce, f.secret(f.out.Amount, 0))
			}
			return f.sign(f.out.BlindNonce, [32]byte{7})
		}),
	}
}

// A forger makes the share for one of the outputs of a request.
type forger struct {
	q    Question
	i, n int
	out  wire.MintOutput
}

func (f forger) sign(blinded wire.G1, secret [32]byte) wire.G1 {
	return must(f.q.Fed.Signer.Sign(blinded, secret))
}

// secret returns the key of a tier of the guardian so many places further.
func (f forger) secret(tier wire.Amount, further int) [32]byte {
	return f.q.Fed.keys[tier].Secret[(int(f.q.Peer)+further)%f.q.Fed.Guardians]
}

func (f forger) otherTier() wire.Amount {
	if f.out.Amount == 1 {
		return 2
	}
	return f.out.Amount / 2
}

// otherNote returns the blind nonce of a note that was not asked for.
func (f forger) otherNote() wire.G1 {
	return must(f.q.Fed.Signer.Blind([33]byte{2, byte(f.i)}, [32]byte{1}))
}

// noElement returns a well-formed x that no element of the group has, other
// ones for other notes: some are not on the curve, some not in the group.
func (f forger) noElement() wire.G1 {
	for x := byte(1); ; x++ {
		b := wire.G1{0x80}
		b[20], b[47] = byte(f.i), x
		if _, err := f.q.Fed.Signer.Combine(1, map[uint16][48]byte{0: b}, [32]byte{1}); err != nil {
			return b
		}
	}
}

func filled(first, rest byte) (b wire.G1) {
	for i := range b {
		b[i] = rest
	}
	b[0] = first
	return b
}

// shares makes a lie of what forges one share.
func shares(forge func(forger) wire.G1) Lie {
	lie := func(q Question) (any, error) {
		honest, err := q.Honest()
		if err != nil {
			return nil, err
		}
		outs, one := q.outputs()
		bad := make([]*wire.Serde, len(outs))
		for i, out := range outs {
			bad[i] = outcome(forge(forger{q, i, len(outs), out}))
		}
		if len(bad) == 0 {
			return honest, nil
		}
		if one {
			return bad[0], nil
		}
		return bad, nil
	}
	return Lie(lie).About("await_outputs_outcomes", "await_output_outcome")
}

// outputs returns the notes that are asked for, and whether it is one by itself.
func (q Question) outputs() (outs []wire.MintOutput, one bool) {
	id, at := wire.TxID{}, wire.IndexRange{}
	if p, err := parse[wire.OutPoint](q.Params); err == nil {
		id, at, one = p.TxID, wire.IndexRange{Start: p.Index, End: p.Index + 1}, true
	} else {
		r := must(parse[wire.OutPointRange](q.Params))
		id, at = r.TxID, r.Indices
	}
	q.Fed.mu.Lock()
	defer q.Fed.mu.Unlock()
	for _, o := range q.Fed.books.txs[id].Outputs[at.Start:at.End] {
		outs = append(outs, must(wire.Decode[wire.MintOutput](o.Body)))
	}
	return outs, one
}

// FalseOutcomes are lies about what becomes of transactions.
func FalseOutcomes() map[string]Lie {
	spent := wire.TransactionError{
		Variant: wire.TxInvalidInput,
		Cause:   wire.DynOf(MintID, wire.MintInputError{Variant: wire.MintNoteSpent}),
	}
	return map[string]Lie{
		"refused": Lie(func(Question) (any, error) {
			return wire.SerdeOf(wire.SubmissionOutcome{Err: &spent}), nil
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
		"spent":     Lie(func(Question) (any, error) { return true, nil }).About(noteSpent),
		"not spent": Lie(func(Question) (any, error) { return false, nil }).About(noteSpent),
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
