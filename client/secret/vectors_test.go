package secret

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/btcsuite/btcd/btcec/v2"

	"satchel/client/vectors"
)

// TestVectors checks the known answers of the reference implementation.
func TestVectors(t *testing.T) {
	vectors.Run(t, "derivation", map[string]vectors.Handler{
		"root":           checkStep(func(root Secret, _ stepInputs) Secret { return root }),
		"children":       checkStep(children),
		"tweak":          checkStep(func(root Secret, in stepInputs) Secret { return root.Tweak(in.Tweak) }),
		"federation-key": checkStep(func(root Secret, in stepInputs) Secret { return root.FederationKey([32]byte(in.Federation)) }),
		"mnemonic":       checkMnemonic,
		"plain-64-bytes": checkPlain,
	}, nil)
}

type stepInputs struct {
	Material   vectors.Hex `json:"ikm"`
	Salt       vectors.Hex
	Path       []vectors.Uint
	Tweak      vectors.Hex
	Federation vectors.Hex `json:"federation_id"`
}

func children(s Secret, in stepInputs) Secret {
	for _, number := range in.Path {
		s = s.Child(uint64(number))
	}
	return s
}

func checkStep(step func(Secret, stepInputs) Secret) vectors.Handler {
	return func(t *testing.T, e vectors.Entry) {
		in := vectors.Decode[stepInputs](t, e.Inputs)
		want := vectors.Decode[leaves](t, e.Expected)
		want.check(t, e.Kind, step(NewRoot(in.Material, in.Salt), in))
	}
}

// leaves are a secret in its consensus encoding (level, key) and what is made
// of it.
type leaves struct {
	Level      uint64
	Secret     vectors.Hex
	BLSScalar  vectors.Hex `json:"bls_scalar"`
	ChaChaKey  vectors.Hex `json:"chacha_key"`
	Random8    vectors.Hex
	Random32   vectors.Hex
	SecpPubkey vectors.Hex `json:"secp_pubkey"`
	SecpSecret vectors.Hex `json:"secp_secret"`
}

func (want leaves) check(t *testing.T, name string, s Secret) {
	t.Helper()
	if s.Level() != want.Level {
		t.Errorf("%s: level %d, want %d", name, s.Level(), want.Level)
	}
	same(t, name, encode(s), want.Secret)
	same(t, name+": scalar", s.BLSScalar(), want.BLSScalar)
	same(t, name+": ChaCha20 key", s.ChaChaKey(), want.ChaChaKey)
	same(t, name+": random bytes", s.RandomBytes(8), want.Random8)
	same(t, name+": random bytes", s.RandomBytes(32), want.Random32)
	key := s.SecpKey()
	same(t, name+": secp256k1 key", key, want.SecpSecret)
	_, public := btcec.PrivKeyFromBytes(key[:])
	same(t, name+": public key", public.SerializeCompressed(), want.SecpPubkey)
}

// encode is the consensus encoding for levels that fit a byte.
func encode(s Secret) []byte { return append([]byte{byte(s.node.value.level)}, s.node.value.key[:]...) }

// same compares bytes: arrays, slices or strings of hex.
func same(t *testing.T, what string, got any, want vectors.Hex) {
	t.Helper()
	if fmt.Sprintf("%x", got) != fmt.Sprintf("%x", want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}

// clientAnswers are the secrets of one derivation.
type clientAnswers struct {
	client  vectors.Hex
	pre     vectors.Hex
	modules map[string]leaves
}

func (want clientAnswers) check(t *testing.T, c Client) {
	t.Helper()
	same(t, "pre-root", encode(c.pre), want.pre)
	same(t, "client", encode(c.root), want.client)
	for id, module := range want.modules {
		instance, err := strconv.ParseUint(id, 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		module.check(t, "module "+id, c.Module(uint16(instance)))
	}
}

func checkMnemonic(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Entropy    vectors.Hex
		Federation vectors.Hex `json:"federation_id"`
		Words      string
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Seed       vectors.Hex `json:"bip39_seed"`
		Root       leaves
		Client     struct{ Secret vectors.Hex } `json:"client_secret"`
		WebClient  struct{ Secret vectors.Hex } `json:"web_client_secret"`
		Pre        vectors.Hex                  `json:"pre_root_secret"`
		WebPre     vectors.Hex                  `json:"web_pre_root_secret"`
		PreHash    vectors.Hex                  `json:"pre_root_secret_hash"`
		Modules    map[string]leaves            `json:"module_secrets"`
		WebModules map[string]leaves            `json:"web_module_secrets"`
		Multi      vectors.Hex                  `json:"multi_federation_root"`
		MultiWith  vectors.Hex                  `json:"multi_federation_root_with_id"`
		Stored     vectors.Hex                  `json:"encoded_entropy"`
	}](t, e.Expected)

	words, err := ParseWords(in.Words)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "entropy", words.Entropy(), in.Entropy)
	same(t, "stored entropy", append([]byte{byte(len(in.Entropy))}, words.Entropy()...), want.Stored)
	again, err := WordsFromEntropy(in.Entropy)
	if err != nil || again.Sentence() != in.Words {
		t.Errorf("entropy %x is %q, %v; want %q", in.Entropy, again.Sentence(), err, in.Words)
	}
	same(t, "seed", words.Seed(), want.Seed)
	root, federation := words.Root(), [32]byte(in.Federation)
	want.Root.check(t, "root", root)
	same(t, "child 0 of the root", encode(root.Child(0)), want.Multi)
	same(t, "with a federation", encode(root.Child(0).FederationKey(federation)), want.MultiWith)

	single := Single.Client(root, federation)
	clientAnswers{want.Client.Secret, want.Pre, want.Modules}.check(t, single)
	same(t, "pre-root hash", single.PreRootHash(), want.PreHash)
	clientAnswers{want.WebClient.Secret, want.WebPre, want.WebModules}.check(t, Double.Client(root, federation))
}

// checkPlain is for the wallets of old web clients, whose seed is 64 random
// bytes instead of words.
func checkPlain(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Federation vectors.Hex `json:"federation_id"`
		Seed       vectors.Hex `json:"root_bytes"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Root   leaves
		Client struct{ Secret vectors.Hex } `json:"client_secret"`
		Pre    vectors.Hex                  `json:"pre_root_secret"`
	}](t, e.Expected)
	root := NewRoot(in.Seed, []byte("Fedimint Client Salt"))
	want.Root.check(t, "root", root)
	clientAnswers{client: want.Client.Secret, pre: want.Pre}.check(t, Single.Client(root, [32]byte(in.Federation)))
}
