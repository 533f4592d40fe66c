package tbs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/cloudflare/circl/ecc/bls12381"
)

// ones gives a batch the weight one throughout: the mistake that the random
// weights are there to avoid.
type ones struct{}

func (ones) Read(b []byte) (int, error) {
	clear(b)
	for i := 0; i < len(b); i += 16 {
		b[i] = 1
	}
	return len(b), nil
}

// signedNotes are good notes: pairs of the same denomination, turn by turn.
func signedNotes(count int) []Claim {
	denominations := []Keys{testKeys(1), testKeys(2), testKeys(3)}
	var claims []Claim
	for i := range count {
		keys, k := denominations[i/2%3], testKey(byte(i))
		m := HashV1([]byte{byte(i)})
		b := Blind(m, k)
		shares := map[uint16]SignatureShare{0: Sign(b, keys.Secret[0]), 1: Sign(b, keys.Secret[1]), 3: Sign(b, keys.Secret[3])}
		claims = append(claims, NoteClaim(m, must(Combine(3, shares, k)), keys.Aggregate))
	}
	return claims
}

// guardianAnswer is the answer of guardian 2 to requests of one denomination.
func guardianAnswer(count int) []Claim {
	keys := testKeys(1)
	var claims []Claim
	for i := range count {
		b := Blind(HashV2([]byte{byte(i)}), testKey(byte(i)))
		claims = append(claims, ShareClaim(b, Sign(b, keys.Secret[2]), keys.Public[2]))
	}
	return claims
}

// cancel adds an error to one point and takes it off another.
func cancel(claims []Claim, i, j int) {
	x := HashV1([]byte("an error")).p
	claims[i].point.Add(&claims[i].point, &x)
	x.Neg()
	claims[j].point.Add(&claims[j].point, &x)
}

// forgeries change claims so that the ones at the returned places are false.
var forgeries = map[string]func(claims []Claim) []int{
	"nothing":            func([]Claim) []int { return nil },
	"errors that cancel": func(c []Claim) []int { cancel(c, 2, 5); return []int{2, 5} },
	"neighbours cancel":  func(c []Claim) []int { cancel(c, 0, 1); return []int{0, 1} },
	"swapped":            func(c []Claim) []int { c[4].point, c[5].point = c[5].point, c[4].point; return []int{4, 5} },
	"another's":          func(c []Claim) []int { c[3].point = c[2].point; return []int{3} },
	"negative":           func(c []Claim) []int { c[0].point.Neg(); return []int{0} },
	"identity":           func(c []Claim) []int { c[5].point.SetIdentity(); return []int{5} },
	"identity message":   func(c []Claim) []int { c[5].base.SetIdentity(); c[5].point.SetIdentity(); return []int{5} },
	"identity key":       func(c []Claim) []int { c[1].key.SetIdentity(); c[1].point.SetIdentity(); return []int{1} },
	"no claim at all":    func(c []Claim) []int { c[2] = Claim{}; return []int{2} },
	"wrong key":          func(c []Claim) []int { c[0].key = testKeys(9).Aggregate.p; return []int{0} },
	"the blinded one":    func(c []Claim) []int { c[1].point = multiplyOne(&c[1].point, testKey(7).s); return []int{1} },
	"all wrong": func(c []Claim) []int {
		for i := range c {
			c[i].point.Double()
		}
		return []int{0, 1, 2, 3, 4, 5}
	},
}

func TestBatchFindsForgeries(t *testing.T) {
	batches := map[string][]Claim{"notes": signedNotes(6), "shares": guardianAnswer(6)}
	for what, good := range batches {
		for name, forge := range forgeries {
			t.Run(what+"/"+name, func(t *testing.T) {
				claims := slices.Clone(good)
				want := forge(claims)
				checkBatch(t, claims, want)
				slices.Reverse(claims)
				for i := range want {
					want[i] = len(claims) - 1 - want[i]
				}
				slices.Reverse(want)
				checkBatch(t, claims, want)
			})
		}
	}
}

func checkBatch(t *testing.T, claims []Claim, want []int) {
	t.Helper()
	if good := must(Batch{}.Verify(claims)); good != (len(want) == 0) {
		t.Errorf("Verify says %v", good)
	}
	if bad := must(Batch{}.FindBad(claims)); !slices.Equal(bad, want) {
		t.Errorf("FindBad says %v, want %v", bad, want)
	}
	for i := range claims {
		if claims[i].holds() != !slices.Contains(want, i) {
			t.Errorf("claim %d by itself says %v", i, claims[i].holds())
		}
	}
}

// TestWeightsStopCancelling plants the mistake of equal weights: the forgery
// has to pass then, or the tests above would prove nothing.
func TestWeightsStopCancelling(t *testing.T) {
	for what, claims := range map[string][]Claim{"notes": signedNotes(6), "shares": guardianAnswer(6)} {
		cancel(claims, 0, 1)
		if !must(Batch{Random: ones{}}.Verify(claims)) {
			t.Errorf("%s: with equal weights the forgery is found", what)
		}
		for seed := range byte(8) {
			if must(Batch{Random: rand.NewChaCha8([32]byte{seed})}.Verify(claims)) {
				t.Errorf("%s: the forgery passes with seed %d", what, seed)
			}
		}
	}
}

// TestSumsMayVanish checks that a product of pairings with the identity in it
// is right: opposite claims, equal weights.
func TestSumsMayVanish(t *testing.T) {
	claims := signedNotes(1)
	opposite := claims[0]
	opposite.base.Neg()
	opposite.point.Neg()
	claims = append(claims, opposite)
	if !must(Batch{Random: ones{}}.Verify(claims)) {
		t.Error("true claims whose sum vanishes do not hold")
	}
	claims[1].point.Neg()
	if must(Batch{Random: ones{}}.Verify(claims)) {
		t.Error("a vanishing base holds with a point that does not vanish")
	}
}

// fixing records whether randomness was asked for, and how much.
type fixing struct {
	io.Reader
	read int
}

func (f *fixing) Read(b []byte) (int, error) { f.read += len(b); return f.Reader.Read(b) }

func TestBatchDrawsFreshWeights(t *testing.T) {
	random := &fixing{Reader: rand.NewChaCha8([32]byte{})}
	claims := signedNotes(4)
	must(Batch{Random: random}.Verify(claims))
	if random.read != 3*16 {
		t.Errorf("%d bytes drawn for 4 claims", random.read)
	}
	must(Batch{Random: random}.Verify(claims))
	if random.read != 6*16 {
		t.Errorf("%d bytes drawn for twice 4 claims", random.read)
	}
}

func TestBatchNeedsRandomness(t *testing.T) {
	broken := errors.New("broken")
	b := Batch{Random: iotest.ErrReader(broken)}
	claims := signedNotes(4)
	if good, err := b.Verify(claims); good || !errors.Is(err, broken) {
		t.Errorf("Verify says %v, %v", good, err)
	}
	if _, err := b.FindBad(claims); !errors.Is(err, broken) {
		t.Errorf("FindBad says %v", err)
	}
	// Enough for the whole batch and not for its halves.
	claims[0].point.Double()
	b.Random = bytes.NewReader(bytes.Repeat([]byte{7}, 3*16))
	if _, err := b.FindBad(claims); !errors.Is(err, io.EOF) {
		t.Errorf("FindBad says %v", err)
	}
}

func TestBatchCounts(t *testing.T) {
	var counter Counter
	b := Batch{Counter: &counter}
	must(b.Verify(signedNotes(6)))
	if got, want := counter.Total(), (Counts{Weights: 10, MillerLoops: 4, FinalExponentiations: 1}); got != want {
		t.Errorf("6 notes of 3 denominations cost %+v, want %+v", got, want)
	}
	must(b.Verify(nil))
	must(b.Verify(guardianAnswer(1)))
	if got, want := counter.Total(), (Counts{Weights: 10, MillerLoops: 6, FinalExponentiations: 2}); got != want {
		t.Errorf("with one share more: %+v, want %+v", got, want)
	}
	// What is no point at all needs no search.
	counter = Counter{}
	claims := signedNotes(4)
	claims[1] = Claim{}
	must(b.FindBad(claims))
	if got := counter.Total(); got.FinalExponentiations != 1 {
		t.Errorf("finding nothing among 4 notes costs %+v", got)
	}
}

func TestZeroValuesDoNotVerify(t *testing.T) {
	if Verify(Message{}, Signature{}, PublicKey{}) || VerifyShare(BlindedMessage{}, SignatureShare{}, PublicKeyShare{}) {
		t.Error("nothing signs nothing")
	}
	keys := testKeys(1)
	if VerifyBlind(Blind(HashV1(nil), testKey(1)), BlindedSignature{}, keys.Aggregate) {
		t.Error("nothing signs a message")
	}
}

func BenchmarkBatch(b *testing.B) {
	for _, count := range []int{1, 6, 20, 60} {
		claims := signedNotes(count)
		b.Run(fmt.Sprintf("notes/%d", count), func(b *testing.B) {
			for b.Loop() {
				must(Batch{}.Verify(claims))
			}
		})
	}
	claims := signedNotes(20)
	b.Run("one by one/20", func(b *testing.B) {
		for b.Loop() {
			for i := range claims {
				claims[i].holds()
			}
		}
	})
	claims[13].point.Double()
	b.Run("finding one bad of 20", func(b *testing.B) {
		for b.Loop() {
			must(Batch{}.FindBad(claims))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	point, key := bls12381.G1Generator().BytesCompressed(), bls12381.G2Generator().BytesCompressed()
	b.Run("G1", func(b *testing.B) {
		for b.Loop() {
			must(ParseSignature([48]byte(point)))
		}
	})
	b.Run("G2", func(b *testing.B) {
		for b.Loop() {
			must(ParsePublicKey([96]byte(key)))
		}
	})
}
