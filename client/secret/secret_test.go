package secret

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// abandon is the wallet of the worked example below, in federation 2a2a….
const abandon = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"

// TestExample follows one wallet in both derivations down to its backup.
func TestExample(t *testing.T) {
	words, err := ParseWords(abandon)
	if err != nil {
		t.Fatal(err)
	}
	federation := [32]byte(bytes.Repeat([]byte{0x2a}, 32))
	root := words.Root()
	for _, c := range []struct {
		derivation                       Derivation
		preHash, module1, chacha, backup string
	}{
		{Single, "e1ad2da13019eefa",
			"d96b3f435f0a309ca203e0ef5418bbdc5dfa02d2e000b66782cb70640cf3c1acad40a0c8843e2a28900612f202af52e89c91dae50ef8cc26dfcb8bc8d8c146a6",
			"57fb6410a7183196f92dd53b292df276d881540b2bb73d4b8b2f1c67e4e47c36",
			"b0bef7173cdac1eb08fc8b299d4282ba73c334cb8b24a7244c2faf8e352cba66"},
		{Double, "afef3d31ee63ac43",
			"00c6d3b90c189c74a3847fef7a71ce1d2aceca7f8fc7ee156baed7f93d1b42400f9cccb219b8e8409507d4f81abf98817e66ba16fa9f473285d76616dcf899ba",
			"ccb66f0629dcf27dc9cdc89a76a679150e8c299541564704c98a424a8bb68c76",
			"52b043b5b84fe872fefe8c20ebc2820a592b6e578a013b859114a0c9cebe2ee4"},
	} {
		client := c.derivation.Client(root, federation)
		same(t, "pre-root hash", client.PreRootHash(), unhex(t, c.preHash))
		same(t, "module 1", client.Module(1).node.value.key, unhex(t, c.module1))
		same(t, "backup cipher", client.Backup().ChaChaKey(), unhex(t, c.chacha))
		same(t, "backup key", client.Backup().SecpKey(), unhex(t, c.backup))
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRandomBytesAreOneStream(t *testing.T) {
	s := NewRoot([]byte("material"), []byte("salt"))
	long := s.RandomBytes(255 * 64)
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		if !bytes.Equal(s.RandomBytes(n), long[:n]) {
			t.Errorf("%d bytes are not the beginning of more", n)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("more bytes than HKDF has")
		}
	}()
	s.RandomBytes(255*64 + 1)
}

func TestValidSecpKey(t *testing.T) {
	below, above := secpOrder, secpOrder
	below[31]--
	above[31]++
	for key, want := range map[[32]byte]bool{
		{}:                                       false,
		{31: 1}:                                  true,
		below:                                    true,
		secpOrder:                                false,
		above:                                    false,
		[32]byte(bytes.Repeat([]byte{0xff}, 32)): false,
	} {
		if validSecpKey(key) != want {
			t.Errorf("key %x: valid is not %v", key, want)
		}
	}
}

func TestParseDerivation(t *testing.T) {
	for b := range 256 {
		d, err := ParseDerivation(byte(b))
		if known := b == 1 || b == 2; known != (err == nil) || known && byte(d) != byte(b) {
			t.Errorf("byte %d is %v, %v", b, d, err)
		}
	}
	if Single.String() != "single" || Double.String() != "double" || Derivation(7).String() != "derivation 7" {
		t.Error("a derivation has another name")
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown derivation derives")
		}
	}()
	Derivation(0).Client(NewRoot(nil, nil), [32]byte{})
}

func TestSecretsDoNotPrint(t *testing.T) {
	words, err := ParseWords(abandon)
	if err != nil {
		t.Fatal(err)
	}
	root := words.Root()
	client := Double.Client(root, [32]byte{1})
	hidden := struct {
		words  Words
		secret Secret
		client Client
	}{words, root, client}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		for _, v := range []any{words, root, client} {
			if got := fmt.Sprintf(verb, v); got != redacted {
				t.Errorf("%s prints %s of a %T", verb, got, v)
			}
		}
		inside := fmt.Sprintf(verb, hidden)
		for _, bare := range []any{words.Entropy(), root.node.value.key, client.root.node.value.key, client.pre.node.value.key} {
			for _, form := range []string{verb, "%v"} { // as which fmt shows what does not suit a verb
				if strings.Contains(inside, strings.Trim(fmt.Sprintf(form, bare), "[]")) {
					t.Errorf("%s prints %s inside a struct", verb, inside)
				}
			}
		}
	}
	for _, v := range []fmt.Stringer{words, root, client} {
		b, err := json.Marshal(v)
		if v.String() != redacted || err != nil || string(b) != "{}" {
			t.Errorf("%T: %s, %s, %v", v, v.String(), b, err)
		}
	}
}
