package lnurl

import (
	"errors"
	"strings"
	"testing"

	"satchel/client/wire"
)

// encode writes a url as an LNURL.
func encode(url string) string { return wire.EncodeBech32("lnurl", []byte(url)) }

const exampleLNURL = "LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35XVUKXEFCV5MKVV34X5EKZD3EV56NYD3HXQURZEPEXEJXXEPNXSCRVWFNV9NXZCN9XQ6XYEFHVGCXXCMYXYMNSERXFQ5FNS"
const exampleURL = "https://service.com/api?q=3fc3645b439ce8e7f2553a69e5267081d96dcd340693afabe04be7b0ccd178df"

func TestParse(t *testing.T) {
	login := "https://a.example/?tag=login&k1=" + exampleK1
	for _, c := range []struct {
		text, url string
		tag       Tag
		address   string
	}{
		{text: exampleLNURL, url: exampleURL},
		{text: strings.ToLower(exampleLNURL), url: exampleURL},
		{text: " \n" + exampleLNURL + "\t", url: exampleURL},
		{text: "lightning:" + exampleLNURL, url: exampleURL},
		{text: "LIGHTNING:" + exampleLNURL, url: exampleURL},
		{text: "lightning://" + strings.ToLower(exampleLNURL), url: exampleURL},
		{text: "https://service.com/giftcard/redeem?id=123&lightning=" + exampleLNURL, url: exampleURL},
		{text: "http://10.0.0.1/?lightning=" + exampleLNURL + "#x", url: exampleURL}, // is not asked
		{text: "HTTPS://SERVICE.COM/?LIGHTNING=" + exampleLNURL + "&x=y", url: exampleURL},
		{text: "bitcoin:bc1qexample?amount=1&lightning=" + exampleLNURL, url: exampleURL},
		{text: encode("HTTPS://A.example.:8443/x#y"), url: "https://a.example.:8443/x"},
		{text: encode("https://a.example?tag=payRequest"), url: "https://a.example/?tag=payRequest", tag: TagPay},
		{text: encode("https://a.example/?x=y&tag=withdrawRequest"), url: "https://a.example/?x=y&tag=withdrawRequest", tag: TagWithdraw},
		{text: encode(login), url: login, tag: TagLogin},
		{text: encode(login + "&action=link"), url: login + "&action=link", tag: TagLogin},
		{text: "lnurlp://a.example/x?y=z", url: "https://a.example/x?y=z", tag: TagPay},
		{text: "LNURLW://A.EXAMPLE:99/X", url: "https://a.example:99/X", tag: TagWithdraw},
		{text: "lightning:lnurlw://a.example", url: "https://a.example/", tag: TagWithdraw},
		{text: "keyauth://a.example/?k1=" + exampleK1, url: "https://a.example/?k1=" + exampleK1, tag: TagLogin},
		{text: "satoshi@bitcoin.org", url: "https://bitcoin.org/.well-known/lnurlp/satoshi", tag: TagPay, address: "satoshi@bitcoin.org"},
		{text: "Satoshi@Bitcoin.ORG", url: "https://bitcoin.org/.well-known/lnurlp/satoshi", tag: TagPay, address: "satoshi@bitcoin.org"},
		{text: "lightning:a.b-c_d+e9@x-y.example", url: "https://x-y.example/.well-known/lnurlp/a.b-c_d+e9", tag: TagPay, address: "a.b-c_d+e9@x-y.example"},
	} {
		link, err := Client{}.Parse(c.text)
		if err != nil || link.url.Full() != c.url || link.Tag != c.tag || link.Address != c.address {
			t.Errorf("%q is read as %q, %q, %q (%v)", c.text, link.url.Full(), link.Tag, link.Address, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for want, texts := range map[error][]string{
		ErrNotLNURL: {
			"", " ", "lightning:", "lnurl", "fed11qqq", "lnbc1pvjluez", "lightning:lnbc1pvjluez", "https://a.example/", "https://a.example/?lightning=lnbc1", "https://a.example/?lightning=",
			"bitcoin:bc1qexample", "hello @ world", "mailto:a@b.example", "wss://u@a.example", "xlnurl1dp68gurn8ghj7", strings.Repeat("a", maxLink+1), exampleLNURL + strings.Repeat(" ", maxLink) + "x",
		},
		ErrMalformed: {
			"lnurl1", exampleLNURL[:60], exampleLNURL[:80] + "q" + exampleLNURL[81:], encode(""), encode("a.example"), encode("https://"), encode("https://a b/"), encode("https://\xff/"),
			encode("https://2130706433/"), encode("https://127.1/"), encode("https://0x7f.0.0.1/"), encode("https://0177.0.0.1/"), encode(`https://a.example\@b.example/`),
			encode("https://good.example@bad.example/"), encode("https://u:p@a.example/"), encode("https://:p@a.example/"), encode("https://[::ffff:127.0.0.1]/"), encode("https://a.example/" + strings.Repeat("a", 700)),
			encode("https://a.example/?tag=login"), encode("https://a.example/?tag=login&k1=12"), encode("https://a.example/?tag=login&action=pay&k1=" + exampleK1), encode("https://a.example/?tag=login&k1=" + exampleK1[1:] + "g"),
			"lnurlp://", "lnurlp://u@a.example/", "lnurlp://a.example/?tag=withdrawRequest", "lnurlw://a.example/?tag=login&k1=" + exampleK1, "keyauth://a.example/", "https://a.example/?lightning=lnurl1x",
			wire.EncodeBech32("lnurl1x", []byte(exampleURL)),
			"@", "a@", "@a.example", ".@a.example", "..@a.example", "a@b@c.example", "a%2f@b.example", "ä@b.example", "a@bü.example", "a@b_c.example", "a,b@c.example", `"a"@b.example`, strings.Repeat("a", 320) + "@b.example", "a@0x7f.1",
		},
		ErrUnsupported: {
			"lnurlc://a.example/", encode("https://a.example/?tag=channelRequest"), encode("https://a.example/?tag=hostedChannelRequest"), encode("https://a.example/?tag=x"),
		},
		ErrPrivate: {
			encode("https://127.0.0.1/"), encode("http://127.0.0.1/"), encode("https://[::1]:8080/"), encode("https://localhost/"), encode("https://10.1.2.3/"), encode("https://[fd00::1]/"), encode("https://[::ffff:7f00:1]/"),
			"lnurlp://router/", "lnurlw://a.local/", "keyauth://169.254.169.254/?k1=" + exampleK1, "a@localhost", "a@b", "a@192.168.1.1", "a@b.internal",
		},
		ErrInsecure: {
			encode("http://a.example/"), encode("ftp://a.example/"), encode("lnurlp://a.example/"), encode("ws://a.example"), encode("javascript://a.example/%0aalert(1)"),
		},
		ErrOnion: {
			encode("http://abcdefghij.onion/"), encode("https://abcdefghij.onion./"), "lnurlp://abcdefghij.onion/x", "a@abcdefghij.ONION",
		},
	} {
		for _, text := range texts {
			link, err := Client{}.Parse(text)
			if !errors.Is(err, want) {
				t.Errorf("%q is read as %+v (%v), want %v", text, link, err, want)
			} else if len(err.Error()) > 600 {
				t.Errorf("%.40q: error of %d bytes", text, len(err.Error()))
			}
		}
	}
}

func TestLoopbackIsAllowedWhereItIsAskedFor(t *testing.T) {
	for text, url := range map[string]string{
		encode("http://127.0.0.1:8175/x"): "http://127.0.0.1:8175/x",
		encode("https://localhost/"):      "https://localhost/",
		"lnurlp://127.0.0.1:81/x":         "http://127.0.0.1:81/x",
		"a@demo.localhost":                "http://demo.localhost/.well-known/lnurlp/a",
		"a@b.example":                     "https://b.example/.well-known/lnurlp/a",
	} {
		if link, err := (Client{AllowLoopback: true}).Parse(text); err != nil || link.url.Full() != url {
			t.Errorf("%q is read as %q (%v)", text, link.url.Full(), err)
		}
	}
	for _, url := range []string{"http://10.0.0.1/", "https://10.0.0.1/", "https://a.local/", "http://a.example/", "https://u:p@127.0.0.1/", "http://a.onion/"} {
		if link, err := (Client{AllowLoopback: true}).Parse(encode(url)); err == nil {
			t.Errorf("%q is read as %+v", url, link)
		}
	}
}

func TestOwn(t *testing.T) {
	const payload = "fedimintgqavjr50"
	for base, want := range map[string]string{
		"https://recurring.example":        "https://recurring.example/pay/" + payload,
		"https://recurring.example:88/a/":  "https://recurring.example:88/a/pay/" + payload,
		"https://recurring.example/a":      "https://recurring.example/a/pay/" + payload,
		"http://127.0.0.1:8176/":           "http://127.0.0.1:8176/pay/" + payload,
		"https://recurring.example/?query": "", "https://u:p@recurring.example/": "",
	} {
		service, err := wire.ParseURL(base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Own(service, payload)
		if want == "" {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%s: %q (%v)", base, got, err)
			}
			continue
		}
		link, parseErr := Client{AllowLoopback: true}.Parse(got)
		if err != nil || parseErr != nil || link.url.Full() != want {
			t.Errorf("%s: %q (%v), which leads to %q (%v)", base, got, err, link.url.Full(), parseErr)
		}
	}
	service, err := wire.ParseURL("https://recurring.example/")
	if err != nil {
		t.Fatal(err)
	}
	const room = 631 - len("https://recurring.example/pay/") // 1023 characters hold 631 bytes
	if got, err := Own(service, strings.Repeat("a", room)); err != nil || len(got) > wire.MaxBech32 {
		t.Errorf("longest: %d characters (%v)", len(got), err)
	}
	if _, err := Own(service, strings.Repeat("a", room+1)); !errors.Is(err, ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
	if _, err := Own(wire.SafeURL{}, payload); !errors.Is(err, ErrMalformed) {
		t.Errorf("nowhere: %v", err)
	}
}
