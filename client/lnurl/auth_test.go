package lnurl

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"satchel/client/secret"
	"satchel/client/wire"
)

const exampleK1 = "e2af6254a8df433264fa23f67eb8188635d15ce883e8fc020989d5f82ae6f11e"

func unhexKey(t *testing.T, s string) wire.SecretKey {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		t.Fatalf("%q: %v", s, err)
	}
	return wire.SecretKey(b)
}

// The vector of LUD-05.
func TestDomainPath(t *testing.T) {
	key := unhexKey(t, "7d417a6a5e9a6a4a879aeaba11a11838764c8fa2b959c242d43dea682b3e409b")
	if got, want := domainPath(key, "site.com"), [4]uint32{1588488367, 2659270754, 38110259, 4136336762}; got != want {
		t.Errorf("path %d, want %d", got, want)
	}
}

// The first vector of BIP-32, which is of hardened and other children, and the
// beginning of the third, where keys have leading zeros.
func TestBIP32(t *testing.T) {
	for _, c := range []struct {
		seed string
		path []uint32
		key  string
	}{
		{"000102030405060708090a0b0c0d0e0f", nil, "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35"},
		{"000102030405060708090a0b0c0d0e0f", []uint32{hardened}, "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea"},
		{"000102030405060708090a0b0c0d0e0f", []uint32{hardened, 1}, "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368"},
		{"000102030405060708090a0b0c0d0e0f", []uint32{hardened, 1, 2 + hardened}, "cbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca"},
		{"000102030405060708090a0b0c0d0e0f", []uint32{hardened, 1, 2 + hardened, 2, 1000000000}, "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8"},
		{"4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be", nil, "00ddb80b067e0d4993197fe10f2657a844a384589847602d56f0c629c81aae32"},
		{"4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be", []uint32{hardened}, "491f7a2eebc7b57028e0d3faa0acda02e75c33b03c48fb288c41e2ea44e1daef"},
	} {
		seed, err := hex.DecodeString(c.seed)
		if err != nil {
			t.Fatal(err)
		}
		n := masterNode(seed)
		for _, number := range c.path {
			n = n.child(number)
		}
		if n.key != unhexKey(t, c.key) {
			t.Errorf("%d of %.8s: %x, want %s", c.path, c.seed, n.key[:], c.key)
		}
	}
}

// The key by which Alby knows the same words.
func TestLinkingKey(t *testing.T) {
	words, err := secret.ParseWords(strings.Repeat("abandon ", 11) + "about")
	if err != nil {
		t.Fatal(err)
	}
	public := LinkingKey(words.Seed(), "site.com").PublicKey()
	if got, want := hex.EncodeToString(public[:]), "027da5d64331f61260eb8e2b356403446555f525bc7dc35b991ec1447e4f58991f"; got != want {
		t.Errorf("linking key %s, want %s", got, want)
	}
}

// What the client of VSS, on rust-bitcoin, signs. It begins LUD-05 at the root.
func TestSignature(t *testing.T) {
	root := masterNode([]byte(strings.Repeat("\xab", 32)))
	n := root
	for _, number := range domainPath(root.child(0).key, "example.com") {
		n = n.child(number)
	}
	public := n.key.PublicKey()
	if got, want := hex.EncodeToString(public[:]), "02d9eb1b467517d685e3b5439082c14bb1a2c9ae672df4d9046d208c193a5846e0"; got != want {
		t.Fatalf("key %s, want %s", got, want)
	}
	const want = "3045022100a75df468de452e618edb8030016eb0894204655c7d93ece1be007fcf36843522022048bc2f00a0a5a30601d274b49cfaf9ef4c76176e5401d0dfb195f5d6ab8ab4c4"
	if got := hex.EncodeToString(sign(n.key, unhexKey(t, exampleK1))); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestLogin(t *testing.T) {
	seed := [64]byte{1}
	s := services{"https://auth.site.example/in?tag=login&k1=" + exampleK1 + "&action=register&sig=": `{"status":"OK"}`}
	c := s.client(t)
	link, err := c.Parse("keyauth://auth.site.example/in?tag=login&k1=" + exampleK1 + "&action=register")
	if err != nil || link.Tag != TagLogin || link.Domain() != "auth.site.example" {
		t.Fatalf("link %+v (%v)", link, err)
	}
	asked := 0
	c.Fetch = func(ctx context.Context, url string) (int, []byte, error) {
		asked++
		verifyLogin(t, url)
		return s.fetch(ctx, url)
	}
	answer, err := c.Ask(t.Context(), link)
	auth, ok := answer.(*Auth)
	if err != nil || !ok || auth.Domain != "auth.site.example" || auth.Action != "register" || asked != 0 {
		t.Fatalf("answer %+v (%v) after %d requests", answer, err, asked)
	}
	if err := c.Login(t.Context(), *auth, seed); err != nil || asked != 1 {
		t.Fatalf("login: %v after %d requests", err, asked)
	}
	// Whatever it says of itself, the key is of the host that is asked.
	auth.Domain = "other.example"
	if err := c.Login(t.Context(), *auth, seed); err != nil {
		t.Fatal(err)
	}
	for url, said := range map[string]string{
		"https://auth.site.example/in?tag=login&k1=00": "", "https://10.0.0.1/?tag=login&k1=" + exampleK1: "",
		"https://auth.site.example/no?k1=" + exampleK1: `{"status":"ERROR","reason":"no"}`, "https://auth.site.example/?k1=" + exampleK1: `{}`,
	} {
		s[url+"&sig="] = said
		if err := c.Login(t.Context(), Auth{URL: url}, seed); err == nil {
			t.Errorf("logged in at %s", url)
		}
	}
}

// verifyLogin does what a service does.
func verifyLogin(t *testing.T, url string) {
	t.Helper()
	sig, err1 := hex.DecodeString(parameter(url, "sig"))
	key, err2 := hex.DecodeString(parameter(url, "key"))
	k1, err3 := hex.DecodeString(parameter(url, "k1"))
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	public, err1 := secp256k1.ParsePubKey(key)
	signature, err2 := ecdsa.ParseDERSignature(sig)
	if err := errors.Join(err1, err2); err != nil || len(key) != 33 {
		t.Fatal(err)
	}
	if !signature.Verify(k1, public) {
		t.Errorf("signature in %s does not verify", url)
	}
	if want := LinkingKey([64]byte{1}, "auth.site.example").PublicKey(); !slices.Equal(key, want[:]) {
		t.Errorf("key %x is not that of the domain", key)
	}
}
