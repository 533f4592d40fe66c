package tbs

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"
)

var parsersG1 = map[string]func([48]byte) ([48]byte, error){
	"message":           viaBytes(ParseMessage),
	"blinded message":   viaBytes(ParseBlindedMessage),
	"signature share":   viaBytes(ParseSignatureShare),
	"blinded signature": viaBytes(ParseBlindedSignature),
	"signature":         viaBytes(ParseSignature),
}

var parsersG2 = map[string]func([96]byte) ([96]byte, error){
	"public key share": viaBytes(ParsePublicKeyShare),
	"public key":       viaBytes(ParsePublicKey),
}

var parsersScalar = map[string]func([32]byte) ([32]byte, error){
	"blinding key":     viaBytes(ParseBlindingKey),
	"secret key share": viaBytes(ParseSecretKeyShare),
}

// viaBytes decodes and encodes.
func viaBytes[B any, T interface{ Bytes() B }](parser func(B) (T, error)) func(B) (B, error) {
	return func(b B) (B, error) {
		v, err := parser(b)
		if err != nil {
			var none B
			return none, err
		}
		return v.Bytes(), nil
	}
}

// strangers are byte strings of which none denotes an element.
func strangersG1() map[string][48]byte {
	generator := [48]byte(bls12381.G1Generator().BytesCompressed())
	uncompressed, doubleFlag, infinite := generator, generator, generator
	uncompressed[0] &^= 0x80
	doubleFlag[0] = 0xe0
	infinite[0] |= 0x40
	return map[string][48]byte{
		"zeros":                 {},
		"no compressed flag":    uncompressed,
		"infinity with a sign":  doubleFlag,
		"infinity with an x":    infinite,
		"infinity, but one bit": {0: 0xc0, 47: 1},
		"x is the field order":  notReducedG1(0),
		"x of one too high":     notReducedG1(1),
		"off the curve":         offCurveG1(),
		"outside the subgroup":  outsideG1(),
		"all bits":              [48]byte(slices.Repeat([]byte{0xff}, 48)),
	}
}

// notReducedG1 encodes p+n.
func notReducedG1(n byte) [48]byte {
	b := [48]byte(ff.FpOrder())
	b[47] += n
	b[0] |= 0x80
	return b
}

func offCurveG1() [48]byte {
	for n := uint64(1); ; n++ {
		var x, y ff.Fp
		x.SetUint64(n)
		if !curvePoint(&x, &y) {
			b := [48]byte(fieldBytes(&x))
			b[0] |= 0x80
			return b
		}
	}
}

func outsideG1() [48]byte {
	for n := uint64(1); ; n++ {
		var x, y ff.Fp
		x.SetUint64(n)
		if curvePoint(&x, &y) {
			b := [48]byte(fieldBytes(&x))
			b[0] |= 0x80
			return b
		}
	}
}

func strangersG2() map[string][96]byte {
	order := [96]byte(append(ff.FpOrder(), make([]byte, 48)...))
	order[0] |= 0x80
	low := [96]byte(append(make([]byte, 48), ff.FpOrder()...))
	low[0] |= 0x80
	return map[string][96]byte{
		"zeros":                 {},
		"infinity, but one bit": {0: 0xc0, 95: 1},
		"c1 is the field order": order,
		"c0 is the field order": low,
		"off the curve":         smallG2(false),
		"outside the subgroup":  smallG2(true),
		"all bits":              [96]byte(slices.Repeat([]byte{0xff}, 96)),
	}
}

// smallG2 encodes the first x = 1, 2, … for which there is a point of the
// twist y² = x³ + 4(u+1), or is none.
func smallG2(onCurve bool) [96]byte {
	for n := uint64(1); ; n++ {
		var x, y, square, b ff.Fp2
		x[0].SetUint64(n)
		b[0].SetUint64(4)
		b[1].SetUint64(4)
		square.Sqr(&x)
		square.Mul(&square, &x)
		square.Add(&square, &b)
		if (y.Sqrt(&square) == 1) == onCurve {
			encoding := [96]byte{95: byte(n)}
			encoding[0] = 0x80
			return encoding
		}
	}
}

func TestStrangersAreMalformed(t *testing.T) {
	for role, parser := range parsersG1 {
		for what, b := range strangersG1() {
			_, err := parser(b)
			checkMalformed(t, role, what, hex.EncodeToString(b[:]), err)
		}
	}
	for role, parser := range parsersG2 {
		for what, b := range strangersG2() {
			_, err := parser(b)
			checkMalformed(t, role, what, hex.EncodeToString(b[:]), err)
		}
	}
	order := [32]byte(bls12381.Order())
	slices.Reverse(order[:])
	for role, parser := range parsersScalar {
		_, err := parser(order)
		checkMalformed(t, role, "group order", "", err)
	}
}

// checkMalformed wants an error that names the role and quotes the value.
func checkMalformed(t *testing.T, role, what, quoted string, err error) {
	t.Helper()
	if !errors.Is(err, ErrMalformed) || !strings.HasPrefix(err.Error(), role) || !strings.Contains(err.Error(), quoted) {
		t.Errorf("%s, %s: error %v", role, what, err)
	}
}

func TestIdentityDecodes(t *testing.T) {
	for role, parser := range parsersG1 {
		if b, err := parser([48]byte{0: 0xc0}); err != nil || b != [48]byte{0: 0xc0} {
			t.Errorf("%s: %x, %v", role, b, err)
		}
	}
	for role, parser := range parsersG2 {
		if b, err := parser([96]byte{0: 0xc0}); err != nil || b != [96]byte{0: 0xc0} {
			t.Errorf("%s: %x, %v", role, b, err)
		}
	}
	if _, err := ParseSecretKeyShare([32]byte{}); err != nil {
		t.Error(err)
	}
	if _, err := ParseBlindingKey([32]byte{}); !errors.Is(err, ErrZeroKey) {
		t.Errorf("blinding key zero: %v", err)
	}
}

func TestScalarsDoNotPrint(t *testing.T) {
	k := testKey(1)
	// How fmt shows the limbs of a scalar that lies in an unexported field.
	var limbs [4]uint64
	bare := fmt.Sprint(struct{ s bls12381.Scalar }{*k.s})
	if _, err := fmt.Sscanf(bare, "{{[%d %d %d %d]}}", &limbs[0], &limbs[1], &limbs[2], &limbs[3]); err != nil {
		t.Fatalf("%s: %v", bare, err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(verb, k); got != "[secret scalar]" {
			t.Errorf("%s prints %s", verb, got)
		}
		inside := fmt.Sprintf(verb, struct{ hidden BlindingKey }{k})
		for _, limb := range limbs {
			if strings.Contains(inside, fmt.Sprintf(verb, limb)) {
				t.Errorf("%s prints %s inside a struct", verb, inside)
			}
		}
	}
}

func FuzzCanonicalG1(f *testing.F) {
	for _, b := range strangersG1() {
		f.Add(b[:])
	}
	m := HashV1(nil).Bytes()
	f.Add(m[:])
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [48]byte
		copy(b[:], input)
		_, want := ParseMessage(b)
		for role, parser := range parsersG1 {
			got, err := parser(b)
			if (err == nil) != (want == nil) || err == nil && got != b {
				t.Errorf("%s: %x becomes %x, %v", role, b, got, err)
			}
		}
	})
}

func FuzzCanonicalG2(f *testing.F) {
	for _, b := range strangersG2() {
		f.Add(b[:])
	}
	f.Add(bls12381.G2Generator().BytesCompressed())
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [96]byte
		copy(b[:], input)
		_, want := ParsePublicKey(b)
		for role, parser := range parsersG2 {
			got, err := parser(b)
			if (err == nil) != (want == nil) || err == nil && got != b {
				t.Errorf("%s: %x becomes %x, %v", role, b, got, err)
			}
		}
	})
}

func FuzzCanonicalScalar(f *testing.F) {
	order := bls12381.Order()
	slices.Reverse(order)
	f.Add(order)
	order[0]--
	f.Add(order)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [32]byte
		copy(b[:], input)
		for role, parser := range parsersScalar {
			if got, err := parser(b); err == nil && got != b {
				t.Errorf("%s: %x becomes %x", role, b, got)
			}
		}
	})
}
