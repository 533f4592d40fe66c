package wire_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"satchel/client/wire"
)

// hostile returns inputs of about n bytes that claim much or are made of the
// smallest pieces.
func hostile(n int) map[string][]byte {
	count := wire.AppendUint(nil, uint64(n))
	pairs := wire.AppendUint(nil, uint64(n/2))
	inputs := map[string][]byte{
		"count without items": wire.AppendUint(nil, 1<<62),
		"zeros":               append(count, make([]byte, n)...),
		"ones":                append(count, bytes.Repeat([]byte{1}, n)...),
		"empty pieces":        append(pairs, bytes.Repeat([]byte{0, 0}, n/2)...),
		"empty parts":         append(pairs, bytes.Repeat([]byte{3, 0}, n/2)...),
		"unknown parts":       append(pairs, bytes.Repeat([]byte{9, 0}, n/2)...),
		"many small":          append(wire.AppendUint(nil, uint64(n/4)), bytes.Repeat([]byte{1, 2, 0, 0}, n/4)...),
		"many small transactions": append(wire.AppendUint(nil, uint64(n/16)),
			bytes.Repeat(append([]byte{0, 13}, append(make([]byte, 10), 0, 1, 0, 0)...), n/16)...),
	}
	var keys []byte
	for i := range min(n/3, 1<<16) {
		keys = wire.AppendUint(append(wire.AppendUint(keys, uint64(i)), 1), uint64(i)&0x7f)
	}
	inputs["small entries"] = append(wire.AppendUint(nil, uint64(min(n/3, 1<<16))), keys...)
	for _, status := range []byte{1, 2} {
		body := append([]byte(nil), inputs["many small"]...)
		inputs[fmt.Sprintf("many small in status %d", status)] = wire.AppendBytes([]byte{status}, body)
	}
	urls := wire.AppendEnum(nil, 0, func(b []byte) []byte { return append(wire.AppendText(b, "ws://a@ü:1"), 0) })
	inputs["urls"] = append(wire.AppendUint(nil, uint64(n/len(urls))), bytes.Repeat(urls, n/len(urls))...)
	content := `{"api_urls":[` + strings.TrimSuffix(strings.Repeat(`"ws://ü@ü",`, n/12), ",") + `],"pkarr_id_z32":"","timestamp_secs":0}`
	inputs["metadata of urls"] = append(wire.AppendText(nil, content), make([]byte, 64)...)
	var members strings.Builder
	for i := range n / 8 {
		fmt.Fprintf(&members, `"%x":0,`, i)
	}
	content = `{` + members.String() + `"api_urls":[],"pkarr_id_z32":"","timestamp_secs":0}`
	inputs["metadata of members"] = append(wire.AppendText(nil, content), make([]byte, 64)...)
	inputs["metadata of lists"] = append(wire.AppendText(nil, strings.Repeat("[", n)), make([]byte, 64)...)
	return inputs
}

func TestDecodersAllocateLittle(t *testing.T) {
	for _, n := range []int{16, 1000, 3000, 10_000, 100_000, 1_000_000} {
		for what, b := range hostile(n) {
			for _, c := range allCodecs {
				if got, most := allocated(func() { _, _ = c.decode(b) }), uint64(4*len(b)+64<<10); got > most {
					t.Errorf("%s: decoding %s (%d bytes) allocates %d, more than %d", c.name, what, len(b), got, most)
				}
			}
		}
	}
}

// TestLargeValuesDecode makes sure that the limit on memory does not hit values
// that federations have.
func TestLargeValuesDecode(t *testing.T) {
	key := wire.SecretKey{31: 1}.PublicKey()
	var tx wire.Transaction
	for range 200 {
		tx.Inputs = append(tx.Inputs, wire.DynInput{Dyn: wire.DynOf(1, wire.MintInput{Amount: 1, Note: wire.MintNote{Nonce: key}})})
		tx.Outputs = append(tx.Outputs, wire.DynOutput{Dyn: wire.DynOf(1, wire.MintOutput{Amount: 1})})
		tx.Signature.Signatures = append(tx.Signature.Signatures, wire.Signature{})
	}
	small := wire.Transaction{Inputs: tx.Inputs[:1], Outputs: tx.Outputs[:2], Signature: wire.TransactionSignature{Signatures: tx.Signature.Signatures[:1]}}
	var votes, session, payments wire.SessionOutcome
	for i := range 1000 {
		vote := wire.AcceptedItem{Item: wire.ConsensusItem{Module: &wire.DynConsensusItem{Dyn: wire.Dyn{Module: 1, Body: []byte{0, 3, 0xfd, 1, 1}}}}, Peer: wire.PeerID(i % 20)}
		payment := wire.AcceptedItem{Item: wire.ConsensusItem{Transaction: &small}}
		votes.Items = append(votes.Items, vote)
		session.Items = append(session.Items, vote, vote, payment)
		payments.Items = append(payments.Items, payment, payment, payment)
	}
	issued := make(wire.MintRecoverySlice, 10_000)
	issuedV2 := make(wire.MintV2RecoverySlice, 10_000)
	spent := append(wire.MintRecoverySlice(nil), issued...)
	for i := range spent {
		spent[i].Spent = true
	}
	config := wire.MintConfig{Keys: map[wire.Amount]wire.G2{}, PeerKeys: map[wire.PeerID]map[wire.Amount]wire.G2{}}
	for peer := range wire.PeerID(20) {
		config.PeerKeys[peer] = map[wire.Amount]wire.G2{}
		for tier := range 57 {
			config.PeerKeys[peer][1<<tier] = wire.G2{}
		}
	}
	notes := wire.MintNotes{}
	for tier := range 40 {
		notes[1<<tier] = make([]wire.MintSpendableNote, 50)
		for i := range notes[1<<tier] {
			notes[1<<tier][i].SpendKey[31] = 1
		}
	}
	ecash := make([]wire.MintV2SpendableNote, 2000)
	for i := range ecash {
		ecash[i].SpendKey[31] = 1
	}
	pending := make([]wire.MintPendingNote, 1000)
	for i := range pending {
		pending[i].Request.SpendKey[31] = 1
	}
	mintBackup := wire.MintBackup{Notes: notes, Pending: pending, NextIndices: map[wire.Amount]uint64{}}
	for tier := range 57 {
		mintBackup.NextIndices[1<<tier] = 1000
	}
	backup := wire.ClientBackup{Modules: map[wire.ModuleID]wire.DynModuleBackup{1: {Dyn: wire.DynOf(1, mintBackup)}}}
	for name, v := range map[string]wire.Appender{
		"MintBackup": mintBackup, "ClientBackup": backup,
		"Transaction": tx, "SessionOutcome of votes": votes, "SessionOutcome": session, "SessionOutcome of payments": payments,
		"MintRecoverySlice": issued, "MintRecoverySlice of inputs": spent, "MintV2RecoverySlice": issuedV2,
		"MintConfig": config, "MintNotes": notes, "OOBNotes": wire.NewOOBNotes(wire.FederationPrefix{}, notes),
		"ECash": wire.NewECash(wire.FederationID{}, ecash, wire.Bitcoin),
	} {
		codecName, _, _ := strings.Cut(name, " ")
		b := wire.Encode(v)
		back, err := codecs[codecName].decode(b)
		if err != nil || !bytes.Equal(wire.Encode(back), b) {
			t.Errorf("%s of %d bytes: %v", name, len(b), err)
		}
	}
}

func TestTooLong(t *testing.T) {
	b := append(wire.AppendUint(nil, wire.MaxDecode-5), make([]byte, wire.MaxDecode-5)...)
	if _, err := wire.Decode[wire.HexBytes](b); err != nil || len(b) != wire.MaxDecode {
		t.Errorf("%d bytes: %v", len(b), err)
	}
	b = append(wire.AppendUint(nil, wire.MaxDecode-4), make([]byte, wire.MaxDecode-4)...)
	if _, err := wire.Decode[wire.HexBytes](b); err == nil {
		t.Errorf("%d bytes are decoded", len(b))
	}
}
