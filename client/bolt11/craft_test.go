package bolt11_test

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"satchel/client/wire"
)

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// standard are the fields of an invoice that is otherwise right.
var standard = map[string]string{
	"p": "pp5" + strings.Repeat("p", 51) + "q",
	"s": "sp5" + strings.Repeat("z", 51) + "q",
	"h": "hp5" + strings.Repeat("r", 51) + "q",
	"9": "9qrsgq",
	"d": "dqq",
}

func groups(values ...int) string {
	var s strings.Builder
	for _, v := range values {
		s.WriteByte(alphabet[v])
	}
	return s.String()
}

// crafted returns an invoice of fields as they are written, or of standard ones
// by their letters, signed.
func crafted(t testing.TB, hrp string, fields ...string) string {
	t.Helper()
	text := "pvjluez"
	for _, f := range fields {
		if s, ok := standard[f]; ok {
			f = s
		}
		text += f
	}
	return sealed(t, hrp, text, func(sig []byte) []byte { return sig })
}

// sealed signs, lets the signature (r, s and the number of the key) be changed,
// and adds it and the checksum.
func sealed(t testing.TB, hrp, text string, change func(sig []byte) []byte) string {
	t.Helper()
	var data []byte
	for _, c := range []byte(text) {
		data = append(data, byte(strings.IndexByte(alphabet, c)))
	}
	packed := wire.Regroup(append(bytes.Clone(data), 0, 0), 5, 8)[:(5*len(data)+7)/8]
	digest := sha256.Sum256(append([]byte(hrp), packed...))
	compact := ecdsa.SignCompact(secp256k1.PrivKeyFromBytes(bytes.Repeat([]byte{7}, 32)), digest[:], true)
	sig := change(append(compact[1:], compact[0]-31))
	return wire.EncodeBech32Groups(hrp, append(data, wire.Regroup(sig, 8, 5)...))
}

// negated returns the order less s.
func negated(s []byte) []byte {
	var n secp256k1.ModNScalar
	n.SetByteSlice(s)
	b := n.Negate().Bytes()
	return b[:]
}
