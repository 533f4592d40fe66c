package ln

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/ecc/bls12381"

	v1 "satchel/client/tpe/v1"
	"satchel/client/wire"
)

// Keys are the keys of all guardians.
type Keys v1.Keys

// Deal makes keys of which a threshold of the guardians can decrypt. Whoever calls
// it knows them all.
func Deal(guardians int) Keys {
	keys, err := v1.Deal(rand.Reader, guardians, wire.Threshold(guardians))
	if err != nil {
		panic(fmt.Sprintf("ln: dealing keys for %d guardians: %v", guardians, err))
	}
	return Keys(keys)
}

// Append appends the consensus form, which has the secrets.
func (k Keys) Append(b []byte) []byte {
	for _, points := range [][][48]byte{k.Commitment, k.Public} {
		b = wire.AppendVecFunc(b, points, func(b []byte, p [48]byte) []byte { return append(b, p[:]...) })
	}
	return wire.AppendVecFunc(b, k.Secret, func(b []byte, s [32]byte) []byte { return append(b, s[:]...) })
}

// Decode reads the consensus form.
func (k *Keys) Decode(d *wire.Decoder) {
	for _, points := range []*[][48]byte{&k.Commitment, &k.Public} {
		*points = wire.ReadVecFunc(d, func(d *wire.Decoder) (p [48]byte) { d.Fixed(p[:]); return p })
	}
	k.Secret = wire.ReadVecFunc(d, func(d *wire.Decoder) (s [32]byte) { d.Fixed(s[:]); return s })
}

// check returns an error unless each guardian has the secret of its public key,
// which is that of the commitment.
func (k Keys) check() error {
	if n := len(k.Secret); n == 0 || len(k.Public) != n || len(k.Commitment) != wire.Threshold(n) {
		return fmt.Errorf("%d secret and %d public keys with a commitment of %d", n, len(k.Public), len(k.Commitment))
	}
	generator := v1.Ciphertext{U: [48]byte(bls12381.G1Generator().BytesCompressed())}
	for i, secret := range k.Secret {
		own, err := generator.Share(secret)
		public, wrong := v1.PublicShare(k.Commitment, uint16(i))
		if err = errors.Join(err, wrong); err == nil && (own != public || public != k.Public[i]) {
			err = errors.New("its secret is that of another public key")
		}
		if err != nil {
			return fmt.Errorf("guardian %d: %w", i, err)
		}
	}
	return nil
}
