package lnv2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"satchel/client/guardians"
	"satchel/client/tpe"
	"satchel/client/wire"
)

// What guardians are asked.

// blockCount returns the federation's count of blocks.
func (m *Gateway) blockCount(ctx context.Context) (uint64, error) {
	q := guardians.Question{Method: m.Method("consensus_block_count")}
	return guardians.Ask(ctx, m.Guardians(), q, guardians.JSON[uint64], guardians.Agree[uint64]())
}

// A standing is what guardians say of an outgoing contract.
type standing struct {
	id   wire.ContractID
	left uint64 // blocks
}

// UnmarshalJSON reads [id,number].
func (s *standing) UnmarshalJSON(text []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if len(parts) != 2 {
		return fmt.Errorf("%d parts of a contract's standing, not 2", len(parts))
	}
	return errors.Join(json.Unmarshal(parts[0], &s.id), json.Unmarshal(parts[1], &s.left))
}

// standing returns what there is at an outpoint, or nil.
func (m *Gateway) standing(ctx context.Context, at wire.OutPoint) (*standing, error) {
	q := guardians.Question{Method: m.Method("outgoing_contract_expiration"), Params: at}
	return guardians.Ask(ctx, m.Guardians(), q, guardians.JSON[*standing], guardians.Agree[*standing]())
}

// delay returns how many blocks a payment may take that begins now. Of a contract
// that the federation does not know these are none.
func (m *Gateway) delay(ctx context.Context, at wire.OutPoint) (uint64, error) {
	s, err := m.standing(ctx, at)
	if err != nil || s == nil {
		return 0, err
	}
	return s.left - min(s.left, swapBlocks), nil
}

// A decryption is what guardians have made of a contract's ciphertext.
type decryption struct {
	Preimage wire.Preimage
	Key      wire.G1
	Valid    bool // whether the key is that of the ciphertext
}

// decrypt waits until an incoming contract is funded and decrypts the preimage in
// it. Each share is verified, and whoever gives a bad one is reported.
func (m *Gateway) decrypt(ctx context.Context, at wire.OutPoint, c wire.LNV2IncomingContract) (d decryption, err error) {
	ct := tpe.Ciphertext{Encrypted: c.Ciphertext.Encrypted, Key: c.Ciphertext.Key, Signature: c.Ciphertext.Signature}
	commitment := wire.HashOf(c.Commitment)
	q := guardians.Question{Method: m.Method("decryption_key_share"), Params: at}
	shares, err := guardians.Ask(ctx, m.Guardians(), q, func(peer wire.PeerID, answer json.RawMessage) (wire.G1, error) {
		share, err := guardians.JSON[wire.G1](peer, answer)
		if err == nil && !m.scheme.VerifyShare(m.config.PeerKeys[peer], share, ct, commitment) {
			err = errors.New("share of the decryption key does not verify")
		}
		return share, err
	}, guardians.Threshold[wire.G1]())
	if err != nil {
		return d, err
	}
	some := map[uint16][48]byte{}
	for _, peer := range wire.Keys(shares)[:m.Guardians().Threshold()] {
		some[uint16(peer)] = shares[peer]
	}
	if d.Key, err = m.scheme.Aggregate(len(some), some); err != nil {
		return d, err
	}
	d.Valid = m.scheme.VerifyKey(m.config.Key, d.Key, ct, commitment)
	d.Preimage = ct.Decrypt(d.Key)
	return d, nil
}
