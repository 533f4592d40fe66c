package ecash

import (
	"satchel/client/tbs"
	"satchel/client/wire"
)

// Keys are the keys of every tier, by its value in msat.
type Keys map[wire.Amount]tbs.KeyBytes

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
