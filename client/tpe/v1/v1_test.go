package v1

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"satchel/client/tbs"
	"satchel/client/tbs/draw"
	"satchel/client/tpe/internal/curve"
)

// good returns a value whose error has to be nil.
func good[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// stream returns bytes that are the same in every run.
func stream(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

func shares(t testing.TB, ct Ciphertext, keys Keys, guardians ...uint16) map[uint16][48]byte {
	t.Helper()
	all := make(map[uint16][48]byte)
	for _, j := range guardians {
		all[j] = good(ct.Share(keys.Secret[j]))(t)
	}
	return all
}

// TestKnownAnswers has what fedimint-threshold-crypto 0.2.1 makes of the scalar
// that is drawn from a seed of sevens.
func TestKnownAnswers(t *testing.T) {
	var dealer bytes.Buffer
	for k := range uint64(3) {
		a := draw.New(sha256.Sum256(binary.BigEndian.AppendUint64(nil, k))).Scalar()
		secret := curve.SecretBytes(&a)
		slices.Reverse(secret[:])
		dealer.Write(make([]byte, 32))
		dealer.Write(secret[:])
	}
	keys := good(Deal(&dealer, 4, 3))(t)
	var message []byte
	for i := range byte(33) {
		message = append(message, i)
	}
	ct := good(Encrypt(keys.Commitment[0], [32]byte(bytes.Repeat([]byte{7}, 32)), message))(t)
	share := shares(t, ct, keys, 0, 1, 2)
	digest := sha256.Sum256(slices.Concat([]byte{0xb1}, ct.U[:], ct.W[:], ct.V)) // with its length, as it is hashed on the wire
	for what, c := range map[string]struct {
		got  []byte
		want string
	}{
		"public key": {keys.Commitment[0][:], "9608bd85ad0d76a13aac350cecdb7ac352f05ace659ba9695e6adeef18155a10e061f64c9289ba8f113f38612a1ec113"},
		"hash": {hash([]byte("abc")).BytesCompressed(), "b13f79e913b529c50147de89d84d8c65d6d2c0b9d6e6a508deb9de9e8183b3ac5d3e016e104e1ea47be457790a7457f9" +
			"0d4e70220dad5c0544cf8fb76a01186662e850702dcc9a00303bb66f531a9df717dadae7125b6aa93b19828ff881ffa0"},
		"u": {ct.U[:], "ab50ad182e7fe4bbfb9d8d71dfcc46363b5d423507348c08bc4e6c8500599e26c2e32ab5542b42b3ec3a468c6b5b1129"},
		"w": {ct.W[:], "a98595a565c0bbb8c7c9d4e86dfcc47a311b07712025f97783778e4fb8f2c9089652c9da026ecbda44f7fe236212ec17" +
			"051d5806e176bd8f83a7c1a3e23cd5d0085377e9220d4e1bde7612230ba14ce6eed603223273e152af5474eb4b0d2595"},
		"v":          {ct.V, "130c75b5c78972adc4ad2d497267b0a68a3bd82d397cf2bd1366cf1e29fb252db9"},
		"ciphertext": {digest[:], "09e34a7845bdf50dddf0a2faf1b1b9ee92d4712fbf331967ee3ea772e5ab3a46"},
		"share 0":    {bytesOf(share[0]), "a7b6c12641c1c71866cf5dd9c3d0b5128510415cc7b404075a2ea31e2ee6df113f9aaf64838b7837a43171997c0465e5"},
		"share 1":    {bytesOf(share[1]), "8482a3ee6f04c4cc53b8c7a9a925283f7f2c0f037596f83d0d031f4cd95861e70f74aa0c36b4b87f4cff669d392b4643"},
		"share 2":    {bytesOf(share[2]), "80cc9bd37ea86a5a460ec1b170ab476ea6e1120bdfcc230cf8b61a0a704d762471193849bffda661b051bc822bfb7756"},
	} {
		if got := hex.EncodeToString(c.got); got != c.want {
			t.Errorf("%s is %s, want %s", what, got, c.want)
		}
	}
}

func bytesOf(b [48]byte) []byte { return b[:] }

// TestEverySubsetDecrypts also messages that are long, and none.
func TestEverySubsetDecrypts(t *testing.T) {
	keys := good(Deal(stream(1), 4, 3))(t)
	for _, length := range []int{0, 1, 33, 64, 65, 200} {
		message := bytes.Repeat([]byte{5}, length)
		ct := good(Encrypt(keys.Commitment[0], [32]byte{byte(length)}, message))(t)
		if !ct.Verify() || len(ct.V) != length || length > 0 && bytes.Equal(ct.V, message) {
			t.Errorf("%d bytes: ciphertext %+v", length, ct)
		}
		for _, guardians := range [][]uint16{{0, 1, 2}, {0, 1, 3}, {0, 2, 3}, {1, 2, 3}} {
			if got := good(ct.Decrypt(3, shares(t, ct, keys, guardians...)))(t); !bytes.Equal(got, message) {
				t.Errorf("%d bytes: guardians %v decrypt %x", length, guardians, got)
			}
		}
		if got := good(ct.Decrypt(2, shares(t, ct, keys, 0, 1)))(t); length > 1 && bytes.Equal(got, message) {
			t.Errorf("%d bytes: two guardians of three decrypt", length)
		}
	}
}

func TestPublicShare(t *testing.T) {
	for n, threshold := range map[int]int{1: 1, 2: 2, 4: 3, 7: 5} {
		keys := good(Deal(stream(2), n, threshold))(t)
		if len(keys.Commitment) != threshold {
			t.Errorf("%d of %d: commitment of %d points", threshold, n, len(keys.Commitment))
		}
		for j, want := range keys.Public {
			if got := good(PublicShare(keys.Commitment, uint16(j)))(t); got != want {
				t.Errorf("%d of %d: guardian %d has the key %x, want %x", threshold, n, j, got, want)
			}
		}
	}
	for _, bad := range [][][48]byte{nil, {{}}, {{0: 0xc0}}} {
		if _, err := PublicShare(bad, 0); !errors.Is(err, tbs.ErrMalformed) {
			t.Errorf("commitment %x: %v", bad, err)
		}
	}
}

// TestMutations flips one bit of each byte of everything a verifier is given.
func TestMutations(t *testing.T) {
	keys := good(Deal(stream(3), 4, 3))(t)
	ct := good(Encrypt(keys.Commitment[0], [32]byte{1}, bytes.Repeat([]byte{5}, 33)))(t)
	public, share := keys.Public[2], shares(t, ct, keys, 2)[2]
	for what, b := range map[string][]byte{"u": ct.U[:], "w": ct.W[:], "v": ct.V, "public": public[:], "share": share[:]} {
		ours := what == "public" || what == "share"
		for i := range b {
			b[i] ^= 1 << (i % 8)
			if ct.VerifyShare(public, share) || !ours && ct.Verify() {
				t.Errorf("%s verifies with byte %d changed", what, i)
			}
			b[i] ^= 1 << (i % 8)
		}
	}
	if !ct.Verify() || !ct.VerifyShare(public, share) {
		t.Error("nothing is changed, but does not verify")
	}
	if ct.VerifyShare(keys.Public[0], share) || ct.VerifyShare(public, shares(t, ct, keys, 0)[0]) {
		t.Error("another guardian's share verifies")
	}
	ct.V = ct.V[:32]
	if ct.Verify() || ct.VerifyShare(public, share) {
		t.Error("a shorter message verifies")
	}
}

func TestRefusals(t *testing.T) {
	keys := good(Deal(stream(4), 4, 3))(t)
	ct := good(Encrypt(keys.Commitment[0], [32]byte{1}, nil))(t)
	for _, guardians := range [][]uint16{{}, {0, 1}, {0, 1, 2, 3}} {
		if _, err := ct.Decrypt(3, shares(t, ct, keys, guardians...)); !errors.Is(err, tbs.ErrShareCount) {
			t.Errorf("%d shares: %v", len(guardians), err)
		}
	}
	bad := shares(t, ct, keys, 0, 1, 2)
	bad[1] = [48]byte{0: 0xc0}
	var share *tbs.ShareError
	if _, err := ct.Decrypt(3, bad); !errors.As(err, &share) || share.Guardian != 1 {
		t.Errorf("the identity as a share: %v", err)
	}
	identity := Ciphertext{U: [48]byte{0: 0xc0}, W: [96]byte{0: 0xc0}}
	if identity.Verify() || identity.VerifyShare(keys.Public[0], identity.U) || ct.VerifyShare(identity.U, identity.U) {
		t.Error("the identity verifies")
	}
	for _, nobody := range [][48]byte{{}, identity.U} {
		if _, err := Encrypt(nobody, [32]byte{1}, nil); !errors.Is(err, tbs.ErrMalformed) {
			t.Errorf("encrypt to %x: %v", nobody, err)
		}
		if _, err := (Ciphertext{U: nobody}).Share(keys.Secret[0]); !errors.Is(err, tbs.ErrMalformed) {
			t.Errorf("share of %x: %v", nobody, err)
		}
	}
	if again := good(Deal(stream(4), 4, 3))(t); !reflect.DeepEqual(again, keys) {
		t.Error("the same randomness deals other keys")
	}
	if _, err := Deal(stream(4), 4, 5); err == nil {
		t.Error("deals to 4 guardians with threshold 5")
	}
}

// FuzzVerify gives bytes that anybody may have sent.
func FuzzVerify(f *testing.F) {
	keys := good(Deal(stream(5), 1, 1))(f)
	ct := good(Encrypt(keys.Commitment[0], [32]byte{1}, []byte("message")))(f)
	share := shares(f, ct, keys, 0)[0]
	f.Add(ct.U[:], ct.W[:], ct.V, keys.Public[0][:], share[:])
	f.Add([]byte{0xc0}, []byte{0xc0}, bytes.Repeat([]byte{1}, 65), []byte{0xc0}, []byte{0xc0})
	f.Fuzz(func(t *testing.T, u, w, v, public, share []byte) {
		ct := Ciphertext{V: v}
		var p, s [48]byte
		copy(ct.U[:], u)
		copy(ct.W[:], w)
		copy(p[:], public)
		copy(s[:], share)
		sealed := ct.Verify()
		if ct.VerifyShare(p, s) && !sealed {
			t.Errorf("a share of a bad ciphertext verifies: %+v", ct)
		}
		own, err := ct.Share(keys.Secret[0])
		if sealed && (err != nil || !ct.VerifyShare(keys.Public[0], own)) {
			t.Errorf("a share does not verify: %+v, %v", ct, err)
		}
		if m, err := ct.Decrypt(1, map[uint16][48]byte{9: s}); err == nil && len(m) != len(v) {
			t.Errorf("%d bytes decrypt to %d", len(v), len(m))
		}
	})
}

func BenchmarkEncrypt(b *testing.B) {
	keys := good(Deal(stream(6), 4, 3))(b)
	message := make([]byte, 33)
	for b.Loop() {
		message[0]++ // the number of attempts of the hash differs
		good(Encrypt(keys.Commitment[0], [32]byte{1}, message))(b)
	}
}
