package bolt11_test

import (
	"reflect"
	"strings"
	"testing"

	"satchel/client/bolt11"
	"satchel/client/vectors"
)

// FuzzDecode looks for texts that make the decoder panic, and for invoices that
// are not what their text, or the same in upper case, or a new signature of them
// says.
func FuzzDecode(f *testing.F) {
	for _, e := range examples {
		f.Add(e.text)
	}
	for _, e := range invalid {
		f.Add(e.text)
	}
	for _, e := range vectors.Load(f, "lnv2") {
		if e.Kind == "send" {
			f.Add(vectors.Decode[struct{ Invoice string }](f, e.Inputs).Invoice)
		}
	}
	f.Add("")
	f.Add(crafted(f, "lnsb1p", "p"))
	f.Fuzz(func(t *testing.T, s string) {
		i, err := bolt11.Decode(s)
		if err != nil {
			return
		}
		for _, text := range []string{i.String(), strings.ToUpper(s)} {
			if back, err := bolt11.Decode(text); err != nil || !reflect.DeepEqual(back, i) {
				t.Errorf("%q is read as %+v, %q as %+v (%v)", s, i, text, back, err)
			}
		}
		signed, err := bolt11.Sign(i, node)
		if err != nil && !strings.Contains(err.Error(), "characters") {
			t.Fatalf("%q cannot be signed again: %v", s, err)
		}
		i.Payee = node.PublicKey()
		if err == nil && !same(signed, i) {
			t.Errorf("%q is signed again as %+v, want %+v", s, signed, i)
		}
	})
}

// FuzzFields is FuzzDecode for texts before they are signed, of which mutations
// would be nothing but wrong checksums.
func FuzzFields(f *testing.F) {
	for _, e := range examples {
		text := strings.ToLower(e.text)
		separator := strings.LastIndexByte(text, '1')
		f.Add(text[:separator], text[separator+1:len(text)-104-6])
	}
	f.Fuzz(func(t *testing.T, hrp, text string) {
		if hrp == "" || strings.Trim(text, alphabet) != "" || strings.ContainsFunc(hrp, func(r rune) bool { return r <= ' ' || r > 'z' }) {
			return
		}
		s := sealed(t, hrp, text, func(sig []byte) []byte { return sig })
		i, err := bolt11.Decode(s)
		if err != nil {
			return
		}
		if i.String() != s {
			t.Errorf("%q is written %q", s, i)
		}
		signed, err := bolt11.Sign(i, node)
		if err != nil && !strings.Contains(err.Error(), "characters") {
			t.Fatalf("%q cannot be signed again: %v", s, err)
		}
		i.Payee = node.PublicKey()
		if err == nil && !same(signed, i) {
			t.Errorf("%q is signed again as %+v, want %+v", s, signed, i)
		}
	})
}
