package wire_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"satchel/client/wire"
)

// urlTexts are urls with their normal forms: whole, and without what is secret
// (the same if it is empty). An empty form is a refusal.
var urlTexts = []struct{ in, full, safe string }{
	{"wss://Example.com:443", "wss://example.com/", ""},
	{"WS://h:80/a", "ws://h/a", ""},
	{"ws://h:443/", "ws://h:443/", ""},
	{"http://h:0080", "http://h/", ""},
	{"http://h:", "http://h/", ""},
	{"https://h:0/", "https://h:0/", ""},
	{"ftp://h:21/x", "ftp://h/x", ""},
	{"wss://u:p@example.com/x?q=1#f", "wss://u:p@example.com/x?q=1#f", "wss://REDACTEDUSER:REDACTEDPASS@example.com/x"},
	{"wss://u@h/", "wss://u@h/", "wss://REDACTEDUSER@h/"},
	{"wss://u:@h/", "wss://u@h/", "wss://REDACTEDUSER@h/"},
	{"wss://:p@h/", "wss://:p@h/", "wss://h/"},
	{"wss://@h/", "wss://h/", ""},
	{"wss://:@h/", "wss://h/", ""},
	{"wss://a@b@h/", "wss://a%40b@h/", "wss://REDACTEDUSER@h/"},
	{"wss://u s:p;@h/", "wss://u%20s:p%3B@h/", "wss://REDACTEDUSER:REDACTEDPASS@h/"},
	{"ws://h?a b'\"", "ws://h/?a%20b%27%22", "ws://h/"},
	{"ws://h#a `<", "ws://h/#a%20%60%3C", "ws://h/"},
	{"ws://h/a?b?c#d#e", "ws://h/a?b?c#d#e", "ws://h/a"},
	{"ws://h/a b/ü{}", "ws://h/a%20b/%C3%BC%7B%7D", ""},
	{"ws://h/%7e%2F", "ws://h/%7e%2F", ""},
	{"ws://h/a/./b/../c", "ws://h/a/c", ""},
	{"ws://h/a/..", "ws://h/", ""},
	{"ws://h/a/b/..", "ws://h/a/", ""},
	{"ws://h/../../a/.", "ws://h/a/", ""},
	{"ws://h/a/%2E%2e/b/%2e", "ws://h/b/", ""},
	{"ws://h//a//", "ws://h//a//", ""},
	{"ws://127.0.0.1:1", "ws://127.0.0.1:1/", ""},
	{"ws://[::1]:8174", "ws://[::1]:8174/", ""},
	{"ws://[2001:DB8:0:0:1:0:0:1]", "ws://[2001:db8::1:0:0:1]/", ""},
	{"ws://[1:0:0:2:0:0:0:3]", "ws://[1:0:0:2::3]/", ""},
	{"ws://[1:0:2:3:4:5:6:7]", "ws://[1:0:2:3:4:5:6:7]/", ""},
	{"ws://[1::]", "ws://[1::]/", ""},
	{"ws://[::]", "ws://[::]/", ""},
	{"ws://[0:0:0:0:0:0:0:0]", "ws://[::]/", ""},
	{"wss://bücher.example/", "wss://xn--bcher-kva.example/", ""},
	{"wss://BÜCHER.example/", "wss://xn--bcher-kva.example/", ""},
	{"wss://straße.čžš/", "wss://xn--strae-oqa.xn--bea2o6c/", ""},
	{"wss://ÉÀÜÖñ.łódź/", "wss://xn--0carzt3a.xn--d-uga0v4h/", ""},
	{"wss://日本.Пример/", "wss://xn--wgv71a.xn--e1afmkfd/", ""},
	{"wss://Ελλάς.한국/", "wss://xn--hxarsa0b.xn--3e0b707e/", ""},
	{"wss://ß/", "wss://xn--zca/", ""},
	{"wss://a_b.example./", "wss://a_b.example./", ""},
	{"wss://XN--bcher-kva.example", "wss://xn--bcher-kva.example/", ""},
	{"wss://a\"`{}!$&'()*+,;=~b", "wss://a\"`{}!$&'()*+,;=~b/", ""},
	{"iroh://0123456789ABCdef", "iroh://0123456789ABCdef", ""},
	{"iroh://abc/v1", "iroh://abc/v1", ""},
	{"IROH://a:99/", "iroh://a:99/", ""},
	{"iroh://ü%41", "iroh://%C3%BC%41", ""},
	{"iroh://u:p@a/x?y", "iroh://u:p@a/x?y", "iroh://REDACTEDUSER:REDACTEDPASS@a/x"},
	{in: ""}, {in: " ws://h"}, {in: "ws://h\n"}, {in: "ws://h/\x00"}, {in: "ws://h/\x7f"}, {in: "\xff://h"}, {in: "ws://\xff"},
	{in: "h"}, {in: "/a/b"}, {in: "//h/"}, {in: "127.0.0.1"}, {in: "ws:h"}, {in: "ws:/h"}, {in: "1s://h"}, {in: "w s://h"}, {in: "://h"},
	{in: "ws://"}, {in: "ws:///h"}, {in: "ws://?x"}, {in: "ws://u@/"}, {in: "iroh://"}, {in: "iroh:///x"}, {in: "file:///x"}, {in: "file://h/x"},
	{in: "ws://a b/"}, {in: "ws://a<b/"}, {in: "ws://a%41/"}, {in: "ws://a|b/"}, {in: "ws://xn--a$/"}, {in: "ws://xn--ü/"}, {in: "ws://a^b/"}, {in: `ws://h\x`}, {in: `ws://h/\x`},
	{in: "ws://h:99999"}, {in: "ws://h:-1"}, {in: "ws://h:+1"}, {in: "ws://h:1x"}, {in: "ws://a:b:1"}, {in: "iroh://a b"}, {in: "iroh://a^b"},
	{in: "ws://127.1/"}, {in: "ws://1.2.3.256/"}, {in: "ws://1.2.3.04/"}, {in: "ws://0x7f.1/"}, {in: "ws://1.2.3.4.5/"}, {in: "ws://1.2.3.4./"}, {in: "ws://x.9/"},
	{in: "ws://[::1"}, {in: "ws://[]/"}, {in: "ws://[1:2:3:4:5:6:7]/"}, {in: "ws://[1:2:3:4:5:6:7:8:9]/"}, {in: "ws://[::1::]/"},
	{in: "ws://[1:2:3:4:5:6:7::8]/x[::]"}, {in: "ws://[12345::]/"}, {in: "ws://[g::]/"}, {in: "ws://[:1:2:3:4:5:6:7]/"}, {in: "ws://[::1]x/"},
	{in: "ws://ｆ/"}, {in: "ws://㈱/"}, {in: "ws://×/"}, {in: "ws://א/"}, {in: "ws://ſ/"}, {in: "ws://İ/"}, {in: "ws://ŀ/"}, {in: "ws://e\u0301/"}, {in: "ws://한\u0301/"}, {in: "ws://\u0387/"},
	{in: "ws://h/" + strings.Repeat("a", 8192)},
}

func TestParseURL(t *testing.T) {
	for _, c := range urlTexts {
		u, err := wire.ParseURL(c.in)
		if c.full == "" {
			if err == nil {
				t.Errorf("%q is read as %q", c.in, u.Full())
			} else if len(err.Error()) > 500 {
				t.Errorf("%q: error of %d bytes", c.in[:20], len(err.Error()))
			}
			continue
		}
		safe := c.safe
		if safe == "" {
			safe = c.full
		}
		if err != nil || u.Full() != c.full || u.String() != safe {
			t.Errorf("%q is read as %q, %q (%v), want %q, %q", c.in, u.Full(), u, err, c.full, safe)
			continue
		}
		if text, err := json.Marshal(u); err != nil || json.Unmarshal(text, new(wire.SafeURL)) != nil {
			t.Errorf("%q has the JSON form %s (%v)", c.in, text, err)
		}
	}
}

func TestURLHidesCredentials(t *testing.T) {
	u, err := wire.ParseURL("wss://user:pass@h/?token")
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme() != "wss" {
		t.Errorf("scheme %q", u.Scheme())
	}
	_, err = wire.ParseURL("wss://user:pass@h h/?token")
	for _, s := range []string{fmt.Sprint(err), fmt.Sprint(u), fmt.Sprintf("%+v", struct{ U wire.SafeURL }{u}), string(wire.Encode(u))} {
		if strings.Contains(s, "pass") || strings.Contains(s, "token") {
			t.Errorf("secrets in %q", s)
		}
	}
}
