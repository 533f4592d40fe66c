package mint

import (
	"satchel/client/secret"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A request is a note that has been asked for: what turns guardians' shares
// into e-cash. The blinded nonce is kept, since computing it anew would cost a
// hash to the curve and a multiplication.
type request struct {
	Amount  wire.Amount
	Nonce   wire.PublicKey
	Keys    wire.MintIssuanceRequest
	Blinded wire.G1
}

func (q request) Append(b []byte) []byte {
	b = append(q.Amount.Append(b), q.Nonce[:]...)
	return q.Blinded.Append(q.Keys.Append(b))
}

func (q *request) Decode(d *wire.Decoder) {
	q.Amount.Decode(d)
	d.Fixed(q.Nonce[:])
	q.Keys.Decode(d)
	q.Blinded.Decode(d)
}

// The secret of note i of a tier is
//
//	s = module secret, child 0, child i, child amount in msat
//
// its spend key the secp256k1 key of s, child 0; its blinding key the scalar of
// s, child 1. The nonce is the public key of the spend key.
func noteSecret(module secret.Secret, amount wire.Amount, index uint64) secret.Secret {
	return module.Child(0).Child(index).Child(uint64(amount))
}

// issuance derives the keys of a note from its secret.
func issuance(note secret.Secret) wire.MintIssuanceRequest {
	return wire.MintIssuanceRequest{
		SpendKey:    wire.SecretKey(note.Child(0).SecpKey()),
		BlindingKey: wire.Scalar(note.Child(1).BLSScalar()),
	}
}

// newRequest asks for note index of a tier.
func newRequest(scheme tbs.Scheme, module secret.Secret, amount wire.Amount, index uint64) (request, error) {
	keys := issuance(noteSecret(module, amount, index))
	nonce := keys.SpendKey.PublicKey()
	blinded, err := scheme.Blind(nonce, keys.BlindingKey)
	return request{amount, nonce, keys, blinded}, err
}
