package mintv2

import (
	"satchel/client"
	"satchel/client/notes"
	"satchel/client/secret"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/fsm"
)

// The secret of a note of denomination d with a tweak is
//
//	s = module secret, child d, tweaked with the 16 bytes
//
// its spend key the secp256k1 key of s and its blinding key the scalar of s.
func issuance(module secret.Secret, d wire.Denomination, tweak wire.MintTweak) wire.MintIssuanceRequest {
	s := module.Child(uint64(d)).Tweak(tweak[:])
	return wire.MintIssuanceRequest{SpendKey: wire.SecretKey(s.SecpKey()), BlindingKey: wire.Scalar(s.BLSScalar())}
}

// newRequest asks for a note.
func newRequest(scheme tbs.Scheme, module secret.Secret, d wire.Denomination, tweak wire.MintTweak) (notes.Request, error) {
	keys := issuance(module, d, tweak)
	nonce := keys.SpendKey.PublicKey()
	blinded, err := scheme.Blind(nonce, keys.BlindingKey)
	return notes.Request{Amount: d.Amount(), Nonce: nonce, Keys: keys, Blinded: blinded}, err
}

// Draw implements [notes.Generation]. Nothing is used up that could be missed.
func (m *Mint) Draw(p *client.Plan, amounts []wire.Amount) (d notes.Draw, err error) {
	d.Commit = func(*fsm.Tx) error { return nil }
	if p.Quote {
		m.tweaks.announce()
	}
	for _, a := range amounts {
		if p.Quote {
			d.Requests = append(d.Requests, notes.Request{Amount: a})
			continue
		}
		tweak, err := m.tweaks.next()
		if err != nil {
			return d, err
		}
		denomination, _ := denomination(a)
		q, err := newRequest(m.scheme, m.host.Secret, denomination, tweak)
		if err != nil {
			return d, err
		}
		d.Requests = append(d.Requests, q)
		d.Outputs = append(d.Outputs, wire.MintV2Output{Denomination: denomination, BlindNonce: q.Blinded, Tweak: tweak})
	}
	return d, nil
}
