package wire_test

import (
	"bytes"
	"strings"
	"testing"

	"satchel/client/wire"
)

// The example of LUD-01.
func TestBech32(t *testing.T) {
	const url = "https://service.com/api?q=3fc3645b439ce8e7f2553a69e5267081d96dcd340693afabe04be7b0ccd178df"
	const lnurl = "LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35XVUKXEFCV5MKVV34X5EKZD3EV56NYD3HXQURZEPEXEJXXEPNXSCRVWFNV9NXZCN9XQ6XYEFHVGCXXCMYXYMNSERXFQ5FNS"
	if got := wire.EncodeBech32("lnurl", []byte(url)); got != strings.ToLower(lnurl) {
		t.Errorf("encoded as %s", got)
	}
	for _, s := range []string{lnurl, strings.ToLower(lnurl)} {
		if hrp, data, err := wire.DecodeBech32(s); hrp != "lnurl" || string(data) != url || err != nil {
			t.Errorf("%s is read as %q, %q (%v)", s, hrp, data, err)
		}
	}
	for _, s := range []string{
		lnurl[:len(lnurl)-1], lnurl + "Q", strings.Replace(lnurl, "D", "d", 1), strings.Replace(lnurl, "DP68", "DP86", 1),
		strings.Replace(lnurl, "LNURL1", "LNURI1", 1), strings.Replace(lnurl, "8", "B", 1), lnurl[5:], "", "1", "lnurl1qqqqq",
		wire.EncodeBech32("lnurl", make([]byte, 700)),
	} {
		if _, data, err := wire.DecodeBech32(s); err == nil {
			t.Errorf("%q is read as %q", s, data)
		}
	}
}

// Groups are not limited in length, and have the older checksum.
func TestBech32Groups(t *testing.T) {
	groups := wire.Regroup(make([]byte, 700), 8, 5)
	long := wire.EncodeBech32("lnurl", make([]byte, 700))
	if got := wire.EncodeBech32Groups("lnurl", groups); got != long {
		t.Errorf("encoded as %s, want %s", got, long)
	}
	if hrp, back, err := wire.DecodeBech32Groups(strings.ToUpper(long)); hrp != "lnurl" || !bytes.Equal(back, groups) || err != nil {
		t.Errorf("read as %q, %x (%v)", hrp, back, err)
	}
	// An example of BIP-350, whose checksum is the newer one.
	const m = "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx"
	if _, _, err := wire.DecodeBech32(m); err != nil {
		t.Error(err)
	}
	for _, s := range []string{m, long[:len(long)-1], "lnurl1qqqqq", "Lnurl" + long[5:], long + "\n"} {
		if _, back, err := wire.DecodeBech32Groups(s); err == nil {
			t.Errorf("%q is read as %x", s, back)
		}
	}
}
