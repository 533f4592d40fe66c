package lnv2

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tpe"
	"satchel/client/wire"
)

// Keys are the keys of all guardians.
type Keys tpe.Keys

// Deal makes keys of which a threshold of the guardians can decrypt. Whoever calls
// it knows them all.
func Deal(guardians int) Keys {
	keys, err := tpe.BLS{}.Deal(rand.Reader, guardians, wire.Threshold(guardians))
	if err != nil {
		panic(fmt.Sprintf("lnv2: dealing keys for %d guardians: %v", guardians, err))
	}
	return Keys(keys)
}

// Append appends the consensus form, which has the secrets.
func (k Keys) Append(b []byte) []byte {
	b = append(b, k.Aggregate[:]...)
	b = wire.AppendVecFunc(b, k.Public, func(b []byte, p [48]byte) []byte { return append(b, p[:]...) })
	return wire.AppendVecFunc(b, k.Secret, func(b []byte, s [32]byte) []byte { return append(b, s[:]...) })
}

// Decode reads the consensus form.
func (k *Keys) Decode(d *wire.Decoder) {
	d.Fixed(k.Aggregate[:])
	k.Public = wire.ReadVecFunc(d, func(d *wire.Decoder) (p [48]byte) { d.Fixed(p[:]); return p })
	k.Secret = wire.ReadVecFunc(d, func(d *wire.Decoder) (s [32]byte) { d.Fixed(s[:]); return s })
}

// check returns an error unless each guardian has the secret of its public key.
func (k Keys) check() error {
	if len(k.Public) == 0 || len(k.Public) != len(k.Secret) {
		return fmt.Errorf("%d public and %d secret keys", len(k.Public), len(k.Secret))
	}
	generator := tpe.Ciphertext{Key: [48]byte(bls12381.G1Generator().BytesCompressed())}
	for i, secret := range k.Secret {
		public, err := tpe.BLS{}.Share(secret, generator)
		if err == nil && public != k.Public[i] {
			err = errors.New("its secret is that of another public key")
		}
		if err != nil {
			return fmt.Errorf("guardian %d: %w", i, err)
		}
	}
	return nil
}
