package wire_test

import (
	"net/netip"
	"strings"
	"testing"

	"satchel/client/wire"
)

// hosts by their scope, as they are written into a url.
var hosts = map[wire.Scope]string{
	wire.Global: `example.com EXAMPLE.com. a.b.example x_y.example.com xn--bcher-kva.example bücher.example
		1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 172.15.255.255 172.32.0.0
		192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
		[2606:4700:4700::1111] [2001:200::] [2003::1] [2001:dead::] [3fff:1000::]
		localhost.example local.example example.locals 127.0.0.1.example`,
	wire.Loopback: `localhost LOCALHOST localhost. a.localhost a.b.localhost. 127.0.0.1 127.0.0.0 127.255.255.255 [::1] [0:0:0:0:0:0:0:1]`,
	wire.Local: `0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 169.254.0.0 169.254.169.254 172.16.0.0 172.31.255.255
		192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.1.2.3 240.0.0.1 255.255.255.255
		[::] [::2] [::7f00:1] [::ffff:7f00:1] [::ffff:101:101] [::ffff:0:a00:1] [64:ff9b::a00:1] [64:ff9b:1::1] [100::1] [fc00::1] [fdff::1] [fe80::1] [fec0::1] [ff02::1]
		[2001::1] [2001:1ff::] [2001:db8::1] [2002:a00:1::] [2002:101:101::] [3fff::1] [4000::] [1fff::]
		router com printer. a.local A.LOCAL. a.internal metadata.google.internal a.lan a.home a.corp a.intranet a.private a.localdomain a.test a.invalid a.home.arpa
		a..example .example a!b.example a*.example`,
}

func TestScope(t *testing.T) {
	for scope, list := range hosts {
		for _, host := range strings.Fields(list) {
			for _, url := range []string{"https://" + host, "ws://" + host + ":81/x?y@z:1#@[", "http://u:p@" + host + "/"} {
				u, err := wire.ParseURL(url)
				if err != nil {
					t.Errorf("%s: %v", url, err)
				} else if got := u.Scope(); got != scope {
					t.Errorf("%s has scope %d, want %d", url, got, scope)
				}
			}
		}
	}
	for _, opaque := range []string{"iroh://example.com/", "foo://127.0.0.1"} {
		if u, err := wire.ParseURL(opaque); err != nil || u.Scope() != wire.Local {
			t.Errorf("%s has scope %d (%v), want Local", opaque, u.Scope(), err)
		}
	}
	if (wire.SafeURL{}).Scope() != wire.Local {
		t.Error("no url at all is not Local")
	}
}

// Other ways to write an address are refused before anybody asks for its scope.
func TestOddAddressesAreNoURLs(t *testing.T) {
	for _, host := range strings.Fields(`2130706433 0x7f000001 0x7f.1 0177.0.0.1 127.1 127.0.1 127.0.0.01 127.0.0.1. 0300.0250.0.1 1.2.3.4.5
		[::ffff:127.0.0.1] [::127.0.0.1] [fe80::1%25eth0] [::1%lo] 127%2e0.0.1 %6cocalhost １２７.0.0.1 ⑫7.0.0.1 127。0。0。1 ｌocalhost loc\alhost 0x 127.0.0.0x1`) {
		if u, err := wire.ParseURL("https://" + host + "/"); err == nil {
			t.Errorf("%q is read as %q", host, u)
		}
	}
}

// What is Global is global unicast for the standard library, too.
func TestScopeBesideNetip(t *testing.T) {
	check := func(a netip.Addr) {
		host := a.String()
		if a.Is6() {
			host = "[" + host + "]"
		}
		u, err := wire.ParseURL("https://" + host)
		if err != nil {
			return // it writes some with a dotted end
		}
		scope := u.Scope()
		if (scope == wire.Loopback) != a.IsLoopback() {
			t.Errorf("%s has scope %d", a, scope)
		}
		if scope == wire.Global && (!a.IsGlobalUnicast() || a.IsPrivate()) {
			t.Errorf("%s is Global", a)
		}
	}
	for i := range 1 << 16 {
		high, low := byte(i>>8), byte(i)
		check(netip.AddrFrom4([4]byte{high, low, 0, 1}))
		check(netip.AddrFrom16([16]byte{0: high, 1: low, 15: 1}))
		check(netip.AddrFrom16([16]byte{12: high, 13: low, 15: 1}))
	}
}

func TestHost(t *testing.T) {
	for url, want := range map[string]string{
		"https://Example.COM":                "example.com",
		"https://example.com.:81/a@b:c/":     "example.com",
		"https://u@v:p@example.com/?x@y":     "example.com",
		"https://[2001:DB8::1]:8080/":        "[2001:db8::1]",
		"https://192.0.2.1":                  "192.0.2.1",
		"iroh://node/v1":                     "node",
		"https://safe.example@evil.example/": "evil.example",
	} {
		u, err := wire.ParseURL(url)
		if err != nil || u.Host() != want {
			t.Errorf("%s has host %q (%v), want %q", url, u.Host(), err, want)
		}
		authority := strings.Split(url, "/")[2]
		if u.HasCredentials() != strings.Contains(authority, "@") {
			t.Errorf("%s: HasCredentials is %v", url, u.HasCredentials())
		}
	}
}
