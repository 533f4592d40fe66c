package ecash

import (
	"crypto/rand"
	"sync"

	"satchel/client/tbs"
	"satchel/client/wire"
)

// Keys are the keys of every tier, by its value in msat.
type Keys map[wire.Amount]tbs.KeyBytes

// Deal makes keys of the first tiers, 1, 2, 4, … msat, of which a threshold of
// the guardians can sign. Whoever calls it knows them all.
func Deal(tiers, guardians int) (Keys, error) {
	var (
		dealt = make([]tbs.KeyBytes, tiers)
		errs  = make([]error, tiers)
		work  sync.WaitGroup
	)
	for i := range tiers {
		// Keys are those of either scheme.
		work.Go(func() { dealt[i], errs[i] = tbs.V1().Deal(rand.Reader, guardians, wire.Threshold(guardians)) })
	}
	work.Wait()
	keys := make(Keys, tiers)
	for i := range tiers {
		if errs[i] != nil {
			return nil, errs[i]
		}
		keys[1<<i] = dealt[i]
	}
	return keys, nil
}

// Append appends the consensus form, which has the secrets.
func (k Keys) Append(b []byte) []byte {
	return wire.AppendMapFunc(b, k,
		func(b []byte, tier wire.Amount) []byte { return tier.Append(b) },
		func(b []byte, key tbs.KeyBytes) []byte {
			b = append(b, key.Aggregate[:]...)
			b = wire.AppendVecFunc(b, key.Public, func(b []byte, p [96]byte) []byte { return append(b, p[:]...) })
			return wire.AppendVecFunc(b, key.Secret, func(b []byte, s [32]byte) []byte { return append(b, s[:]...) })
		})
}

// Decode reads the consensus form.
func (k *Keys) Decode(d *wire.Decoder) {
	*k = wire.ReadMapFunc(d, wire.Read[wire.Amount], func(d *wire.Decoder) (key tbs.KeyBytes) {
		d.Fixed(key.Aggregate[:])
		key.Public = wire.ReadVecFunc(d, func(d *wire.Decoder) (p [96]byte) { d.Fixed(p[:]); return p })
		key.Secret = wire.ReadVecFunc(d, func(d *wire.Decoder) (s [32]byte) { d.Fixed(s[:]); return s })
		return key
	})
}
