package lnurl

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"satchel/client/wire"
)

// privateHost tells whether a url leads to a private address. It shares nothing
// with what it judges: it reads urls as net/url does and addresses as inet_aton
// does, which knows more ways to write them than urls have.
func privateHost(text string) (host string, isPrivate bool) {
	u, err := url.Parse(text)
	if err != nil {
		return text, true // nobody knows where it leads
	}
	host = strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if address, ok := lenientAddress(host); ok {
		return host, !publicAddress(address)
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	reserved := []string{"localhost", "local", "internal", "lan", "home", "corp", "intranet", "private", "arpa", "onion", "test", "invalid"}
	return host, !strings.Contains(host, ".") || slices.Contains(reserved, last)
}

func lenientAddress(host string) (netip.Addr, bool) {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Unmap(), true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var sum uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32)
		if err != nil {
			return netip.Addr{}, false
		}
		if i == len(parts)-1 {
			sum |= n
		} else {
			sum |= n << (8 * (3 - i))
		}
	}
	return netip.AddrFrom4([4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}), true
}

func publicAddress(a netip.Addr) bool {
	for _, reserved := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "64:ff9b::/96", "2002::/16", "2001::/32", "::/64"} {
		if netip.MustParsePrefix(reserved).Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate()
}

func TestTheOracleKnowsPrivateAddresses(t *testing.T) {
	for _, host := range strings.Fields("127.0.0.1 127.1 0x7f.1 2130706433 0177.0.0.1 10.0.0.1 192.168.1.1 [::1] [::ffff:10.0.0.1] [fe80::1] localhost a.local router 169.254.169.254 100.64.0.1 LOCALHOST.") {
		if _, isPrivate := privateHost("https://u@" + host + ":81/x"); !isPrivate {
			t.Errorf("%s is taken for public", host)
		}
	}
	for _, host := range strings.Fields("example.com 1.1.1.1 [2606:4700::1111]") {
		if _, isPrivate := privateHost("https://" + host + "/"); isPrivate {
			t.Errorf("%s is taken for private", host)
		}
	}
}

// hostileHosts are the private hosts that urls are made of, in many spellings,
// and some public ones, so that there is something to be asked.
var hostileHosts = strings.Fields(`127.0.0.1 127.1 127.0.1 127.000.000.001 0177.0.0.1 0x7f.0.0.1 0x7f000001 2130706433 017700000001 127.0.0.1. 127.255.255.254 0 0.0.0.0 0x0
	10.0.0.1 10.1 012.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521 169.254.169.254 100.64.0.1 198.18.0.1 224.0.0.1 255.255.255.255
	[::1] [0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:a00:1] [::127.0.0.1] [64:ff9b::a00:1] [2002:a00:1::] [fc00::1] [fd12:3456::1] [fe80::1] [fe80::1%25eth0] [ff02::1] [::FFFF:C0A8:1]
	localhost LOCALHOST localhost. a.localhost router a.local a.LOCAL. a.internal metadata.google.internal a.lan a.home.arpa 1.168.192.in-addr.arpa
	１２７.0.0.1 127。0。0。1 ⓛocalhost ｌocalhost loc%61lhost %31%32%37.0.0.1 localhost%00.example localhost%2f.example a..example .
	good.example pay.example. 1.1.1.1 [2606:4700:4700::1111] bücher.example xn--bcher-kva.example`)

// hostileURL makes a url to a host of the list, that seems to lead elsewhere.
func hostileURL(random *rand.Rand) string {
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	host := pick(hostileHosts...)
	return pick("https", "https", "https", "https", "http", "HTTPS", "ws", "file", "ftp", "") + pick("://", "://", "://", "://", ":/", ":", ":///", `:\\`) +
		pick("", "", "", "good.example@", "good.example:443@", "good.example%40", `good.example\@`, "good.example#@", "good.example?@", "u:p@") + host +
		pick("", "", ":443", ":80", ":8080", ":0", ":99999", ":", ":x") +
		pick("", "/", "/x", "/x?y=z", "?tag=payRequest", "?tag=withdrawRequest", "?tag=login&k1="+exampleK1, "#x", "/../", `\x`, "/@good.example", "\t", "\x00") +
		pick("", "", "", "&lightning="+exampleLNURL, "?", "&", "é", "\xff")
}

// hostileText makes what somebody may get a person to paste.
func hostileText(random *rand.Rand) string {
	at := hostileURL(random)
	_, rest, _ := strings.Cut(at, "://")
	host := hostileHosts[random.IntN(len(hostileHosts))]
	switch random.IntN(8) {
	case 0:
		return "lnurlp://" + rest
	case 1:
		return "LNURLW://" + rest
	case 2:
		return "keyauth://" + rest
	case 3:
		return "user@" + host
	case 4:
		return "https://good.example/?lightning=" + encode(at)
	case 5:
		return "lightning:" + strings.ToUpper(encode(at))
	case 6: // something is mistyped
		text := []byte(encode(at))
		text[random.IntN(len(text))] ^= byte(random.IntN(256))
		return string(text)
	}
	return encode(at)
}

// hostileAnswer makes what a service may answer to any question.
func hostileAnswer(random *rand.Rand) []byte {
	url := func() string {
		if random.IntN(2) == 0 {
			return "https://good.example/x"
		}
		return hostileURL(random)
	}
	tags := []string{"payRequest", "payRequest", "withdrawRequest", "withdrawRequest", "login", "channelRequest", ""}
	actions := []any{nil, nil, map[string]any{"tag": "url", "description": "x", "url": url()}, map[string]any{"tag": "message", "message": "\u202e<b>"}, map[string]any{"tag": "aes", "iv": "ICEiIyQlJicoKSorLC0uLw==", "ciphertext": "Vnpge4EB/sb5A9MuxoQ7yQ=="}, "x", 1}
	text, err := json.Marshal(map[string]any{
		"status": []string{"OK", "OK", "OK", "OK", "ERROR", ""}[random.IntN(6)], "reason": "no",
		"tag": tags[random.IntN(len(tags))], "callback": url(), "k1": "k&k1=#" + url(),
		"minSendable": random.IntN(9), "maxSendable": 7, "minWithdrawable": random.IntN(9), "maxWithdrawable": 7,
		"metadata": `[["text/plain","x"],["image/png;base64","x"]]`, "commentAllowed": random.IntN(9),
		"pr": bill7.String(), "verify": url(), "settled": true, "successAction": actions[random.IntN(len(actions))],
	})
	if err != nil {
		panic(err)
	}
	if random.IntN(10) == 0 {
		text[random.IntN(len(text))] ^= byte(random.IntN(256))
	}
	return text
}

// bill7 is what is paid everywhere here.
var bill7 = bill(7)

// visit does with a text all that a person can do, and goes wherever the answers
// lead.
func visit(ctx context.Context, c Client, text string) {
	link, err := c.Parse(text)
	if err != nil {
		return
	}
	answer, err := c.Ask(ctx, link)
	if err != nil {
		return
	}
	switch a := answer.(type) {
	case *Auth:
		c.Login(ctx, *a, [64]byte{})
	case *Withdraw:
		c.Redeem(ctx, *a, bill7)
	case *Pay:
		invoice, err := c.Invoice(ctx, *a, a.Max, "")
		if err != nil {
			return
		}
		if invoice.Verify != "" {
			c.Verify(ctx, invoice.Verify)
		}
		if s := invoice.Success; s != nil {
			s.Secret([32]byte{})
			if s.URL != "" {
				c.Verify(ctx, s.URL) // as a person who opens it
			}
		}
	}
}

// besiege visits n hostile texts, at services that give hostile answers, and
// returns how many requests were made and the first to a private address.
func besiege(ctx context.Context, c Client, n int) (requests int, private string) {
	random := rand.New(rand.NewPCG(44, uint64(n)))
	c.Fetch = func(_ context.Context, url string) (int, []byte, error) {
		requests++
		if at, isPrivate := privateHost(url); isPrivate && private == "" {
			private = fmt.Sprintf("%s, at %s", url, at)
		}
		return 200, hostileAnswer(random), nil
	}
	for range n {
		visit(ctx, c, hostileText(random))
		visit(ctx, c, encode("https://good.example/"))
	}
	return requests, private
}

func TestNoRequestToAPrivateAddress(t *testing.T) {
	const n = 10_000
	requests, private := besiege(t.Context(), Client{}, n)
	if private != "" {
		t.Errorf("asked %s", private)
	}
	if requests < n*5/4 {
		t.Errorf("only %d requests: this shows nothing", requests)
	}
}

// Without the check the same texts and answers do lead to private addresses, in
// each of the ways.
func TestTheCheckIsWhatKeepsFromPrivateAddresses(t *testing.T) {
	if _, private := besiege(t.Context(), Client{anywhere: true}, 1000); private == "" {
		t.Error("no request to a private address although hosts are not looked at")
	}
	for name, c := range map[string]struct {
		text string
		s    services
	}{
		"link":    {encode("https://10.0.0.1/"), nil},
		"address": {"a@router", nil},
		"callback of a payment": {"lnurlp://good.example/", services{
			"https://good.example/": `{"tag":"payRequest","callback":"https://10.0.0.1/","minSendable":1,"maxSendable":7,"metadata":"[[\"text/plain\",\"\"]]"}`}},
		"callback of a withdrawal": {"lnurlw://good.example/", services{
			"https://good.example/": `{"tag":"withdrawRequest","callback":"https://10.0.0.1/","minWithdrawable":1,"maxWithdrawable":9,"k1":"x"}`}},
		"verify": {"lnurlp://good.example/", services{
			"https://good.example/":  `{"tag":"payRequest","callback":"https://good.example/i","minSendable":1,"maxSendable":7,"metadata":"[[\"text/plain\",\"\"]]"}`,
			"https://good.example/i": `{"pr":"` + bill7.String() + `","verify":"https://10.0.0.1/"}`}},
		"login": {"keyauth://10.0.0.1/?k1=" + exampleK1, nil},
	} {
		for _, anywhere := range []bool{false, true} {
			asked := false
			visit(t.Context(), Client{anywhere: anywhere, Fetch: func(ctx context.Context, url string) (int, []byte, error) {
				_, isPrivate := privateHost(url)
				asked = asked || isPrivate
				return c.s.fetch(ctx, url)
			}}, c.text)
			if asked != anywhere {
				t.Errorf("%s: asked a private address is %v where hosts are looked at is %v", name, asked, !anywhere)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 44))
	for range 100 {
		f.Add(hostileText(random))
	}
	for _, text := range []string{exampleLNURL, "a@b.example", "lnurlp://a.example/?a=%41+%", "bitcoin:x?lightning=" + exampleLNURL} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		visit(t.Context(), services{"https": `{"tag":"payRequest"}`}.client(t), text)
		visit(t.Context(), services{"https": `{"tag":"payRequest"}`}.client(t), encode(text))
		link, err := Client{}.Parse(text)
		if err != nil {
			return
		}
		again, err := Client{}.Parse(encode(link.url.Full()))
		if err != nil || again.url != link.url {
			t.Errorf("%q leads to %q, and that to %q (%v)", text, link.url.Full(), again.url.Full(), err)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	random := rand.New(rand.NewPCG(2, 44))
	for range 100 {
		f.Add(hostileAnswer(random), hostileAnswer(random))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		c, answers := services{}.client(t), [][]byte{first, second}
		check := c.Fetch
		c.Fetch = func(ctx context.Context, url string) (int, []byte, error) {
			check(ctx, url)
			answer := answers[0]
			answers = [][]byte{second}
			return 200, answer, nil
		}
		visit(t.Context(), c, encode("https://good.example/"))
	})
}

func FuzzSecret(f *testing.F) {
	f.Add([]byte("0123456789abcdef"), []byte("0123456789abcdef"), []byte("key"))
	f.Add([]byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, ciphertext, iv, key []byte) {
		var preimage [32]byte
		copy(preimage[:], key)
		if text, err := (&Success{Ciphertext: ciphertext, IV: iv}).Secret(preimage); err == nil && len(text) > len(ciphertext) {
			t.Errorf("%q is longer than its ciphertext", text)
		}
	})
}

// The host that is looked at is the one that net/url sees, too.
func FuzzHost(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 44))
	for range 100 {
		f.Add(hostileURL(random))
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := wire.ParseURL(text)
		if err != nil || u.Scheme() != "https" {
			return
		}
		seen, err := url.Parse(u.Full())
		if err != nil {
			return // it refuses more
		}
		if got := strings.TrimSuffix(seen.Hostname(), "."); got != strings.Trim(u.Host(), "[]") {
			t.Errorf("%q has host %q and %q", text, u.Host(), got)
		}
	})
}
