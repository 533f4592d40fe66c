package mintv2

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
)

// fees are the kinds of fees that federations take.
var fees = []wire.FeeConsensus{{}, {Base: 100}, {Base: 100, PartsPerMillion: 1000}}

// withFee is a mint that takes a fee, of notes up to 2^top msat.
func withFee(fee wire.FeeConsensus, top wire.Denomination) *Mint {
	m := &Mint{fees: fee}
	for d := Least; d <= top; d++ {
		m.tiers = append(m.tiers, d.Amount())
	}
	return m
}

// wallet has so many notes of each amount, by descending amount. Nothing but their
// nonces tells those of one amount apart.
func wallet(held notes.Counts) (some []notes.Note) {
	for _, a := range slices.Backward(slices.Sorted(maps.Keys(held))) {
		for i := range held[a] {
			n := notes.Note{Amount: a}
			copy(n.Nonce[:], fmt.Sprint(a, " ", i))
			some = append(some, n)
		}
	}
	return some
}

func randomCounts(rnd *rand.Rand, tiers []wire.Amount, most int) notes.Counts {
	c := notes.Counts{}
	for _, t := range tiers {
		if rnd.IntN(3) > 0 {
			c[t] = rnd.IntN(most + 1)
		}
	}
	return c
}

// sums are what notes are worth, and what of it is left after a fee for each.
func sums(c notes.Counts, fee wire.FeeConsensus) (face, net wire.Amount) {
	for t, n := range c {
		face += t * wire.Amount(n)
		net += (t - min(t, fee.Fee(t))) * wire.Amount(n)
	}
	return face, net
}

// Whatever goes in and out: nothing is spent that is not there, no note is spent or
// made that is not worth its fee, what comes in suffices, and less is left than
// the least note costs. It fails only when all notes together do not suffice.
func TestBalance(t *testing.T) {
	for _, fee := range fees {
		t.Run(fmt.Sprint(fee), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(1, uint64(fee.Base)+fee.PartsPerMillion))
			for range 5000 {
				m := withFee(fee, Least+wire.Denomination(rnd.IntN(10)))
				held := randomCounts(rnd, m.tiers, 1+rnd.IntN(12))
				face, _ := sums(held, fee)
				in, out := wire.Amount(rnd.Uint64N(uint64(face)+1000)), wire.Amount(rnd.Uint64N(uint64(face)+1000))
				checkBalance(t, m, held, in, out, rnd.IntN(2) == 0)
			}
		})
	}
}

func checkBalance(t *testing.T, m *Mint, held notes.Counts, in, out wire.Amount, alone bool) {
	t.Helper()
	_, net := sums(held, m.fees)
	b, err := m.Balance(wallet(held), in, out, alone)
	if err != nil {
		var poor *client.InsufficientError
		if !errors.As(err, &poor) || in+net >= out || poor.Have != net || poor.Need != out-in {
			t.Fatalf("%v in, %v out of %v: %v, although it is worth %v", in, out, held, err, net)
		}
		return
	}
	if in+net < out {
		t.Fatalf("%v in, %v out of %v: no error", in, out, held)
	}
	where := fmt.Sprintf("%v in, %v out of %v, alone %v", in, out, held, alone)
	missing, seen := out > in, map[wire.PublicKey]bool{}
	for i, n := range b.Spend {
		if seen[n.Nonce] || n.Amount <= m.fees.Fee(n.Amount) || i > 0 && b.Spend[i-1].Amount > n.Amount {
			t.Fatalf("%s: spends %v", where, notes.CountsOf(b.Spend))
		}
		seen[n.Nonce] = true
		in, out = in+n.Amount, out+m.fees.Fee(n.Amount)
	}
	for amount, n := range notes.CountsOf(b.Spend) {
		if n > held[amount] {
			t.Fatalf("%s: spends %d of %v", where, n, amount)
		}
	}
	for i, amount := range b.Make {
		if !slices.Contains(m.tiers, amount) || i > 0 && b.Make[i-1] > amount {
			t.Fatalf("%s: makes %v", where, b.Make)
		}
		out += amount + m.fees.Fee(amount)
	}
	if least := m.tiers[0] + m.fees.Fee(m.tiers[0]); in < out || in-out >= least {
		t.Fatalf("%s: with %v spent and %v made %v comes in and %v goes out", where, notes.CountsOf(b.Spend), b.Make, in, out)
	}
	if alone && !missing && len(b.Spend) > 0 {
		t.Fatalf("%s: spends %v", where, notes.CountsOf(b.Spend))
	}
	if again, err := m.Balance(wallet(held), in, out, true); in == out && (err != nil || len(again.Spend)+len(again.Make) > 0) {
		t.Fatalf("%s: what is balanced is balanced once more: %v %v", where, again, err)
	}
}

// A plan is what a transaction adds, by amounts.
type plan struct {
	spend notes.Counts
	make  notes.Counts
}

// byTheBook is how the reference balances a transaction, in its steps, one msat and
// one note after the other. Unlike it, the fee of a note that is broken comes out of
// that note.
func byTheBook(m *Mint, held notes.Counts, in, out wire.Amount) (p plan, ok bool) {
	p = plan{notes.Counts{}, notes.Counts{}}
	missing := out - min(in, out)
	spend := func(a wire.Amount) {
		p.spend[a]++
		missing -= min(missing, a-m.fees.Fee(a))
		in, out = in+a, out+m.fees.Fee(a)
	}
	var target, spare []wire.Amount
	for _, a := range slices.Backward(m.tiers) {
		for i := range held[a] {
			switch {
			case i < 3:
				target = append(target, a)
			case held[a] > 6:
				spend(a)
			default:
				spare = append(spare, a)
			}
		}
	}
	for _, a := range append(spare, target...) {
		if missing > 0 {
			spend(a)
		}
	}
	if missing > 0 {
		return p, false
	}
	var great []wire.Amount
	left := notes.Counts{}
	for _, a := range slices.Backward(m.tiers) {
		for range held[a] - p.spend[a] {
			great = append(great, a)
			left[a]++
		}
	}
	made := func(a wire.Amount) {
		p.make[a]++
		out += a + m.fees.Fee(a)
	}
	for _, a := range m.tiers {
		for range max(0, 3-left[a]) {
			cost := a + m.fees.Fee(a)
			if in-out < cost {
				if len(great) == 0 {
					break
				}
				x := great[0]
				great = great[1:]
				if x-m.fees.Fee(x) <= cost {
					break
				}
				spend(x)
			}
			made(a)
		}
	}
	for _, a := range slices.Backward(m.tiers) {
		for in-out >= a+m.fees.Fee(a) {
			made(a)
		}
	}
	return p, true
}

// In small transactions what is added is just what the reference's rules say.
func TestBalanceByTheBook(t *testing.T) {
	broke := 0
	for _, fee := range fees {
		rnd := rand.New(rand.NewPCG(2, uint64(fee.Base)+fee.PartsPerMillion))
		for range 5000 {
			m := withFee(fee, Least+wire.Denomination(rnd.IntN(8)))
			held := randomCounts(rnd, m.tiers, rnd.IntN(8)) // of no more than may be consolidated at once
			face, _ := sums(held, fee)
			in, out := wire.Amount(rnd.Uint64N(uint64(face)+1000)), wire.Amount(rnd.Uint64N(uint64(face)+1000))
			beyond := 0
			for _, n := range held {
				if n > crowded {
					beyond += n - target
				}
			}
			if beyond > consolidated {
				continue
			}
			want, ok := byTheBook(m, held, in, out)
			got, err := m.Balance(wallet(held), in, out, false)
			if (err == nil) != ok {
				t.Fatalf("%v in, %v out of %v: %v", in, out, held, err)
			}
			if err != nil {
				continue
			}
			made := notes.Counts{}
			for _, a := range got.Make {
				made[a]++
			}
			if spent := notes.CountsOf(got.Spend); !maps.Equal(spent, want.spend) || !maps.Equal(made, want.make) {
				t.Fatalf("%v in, %v out of %v with fee %v:\nspends %v, makes %v\nwant   %v and   %v", in, out, held, fee, spent, made, want.spend, want.make)
			}
			if in > out && len(got.Spend) > 0 {
				broke++
			}
		}
	}
	if broke < 1000 {
		t.Errorf("only %d transactions took notes along", broke)
	}
}

// The examples of the specification: what an empty wallet and a stocked one make
// of what comes in, and a wallet of one note with little to spare, in which the
// reference fails.
func TestBalanceExamples(t *testing.T) {
	three := notes.Counts{}
	for d := Least; d <= 12; d++ {
		three[d.Amount()] = target
	}
	for name, test := range map[string]struct {
		held    notes.Counts
		in, out wire.Amount
		spend   int
		made    []wire.Amount
	}{
		"nothing to do":              {three, 1000, 1000, 0, nil},
		"an empty wallet":            {nil, 3*612 + 1, 0, 0, []wire.Amount{512, 512, 512}},
		"an empty wallet, more":      {nil, 3*612 + 3*1124, 0, 0, []wire.Amount{512, 512, 512, 1024, 1024, 1024}},
		"a stocked wallet":           {three, 4196, 0, 0, []wire.Amount{4096}},
		"one note, little to spare":  {notes.Counts{1024: 1}, 200, 0, 1, []wire.Amount{512}},
		"one note, nothing to break": {notes.Counts{512: 1}, 200, 0, 0, nil},
		"a great one is broken":      {notes.Counts{512: 3, 1024: 1, 2048: 3, 4096: 4}, 600, 500, 1, []wire.Amount{512, 1024, 1024, 1024}},
	} {
		t.Run(name, func(t *testing.T) {
			m := withFee(wire.FeeConsensus{Base: 100}, 12)
			b, err := m.Balance(wallet(test.held), test.in, test.out, false)
			if err != nil || len(b.Spend) != test.spend || test.made != nil && !slices.Equal(b.Make, test.made) {
				t.Errorf("spends %v, makes %v, %v", notes.CountsOf(b.Spend), b.Make, err)
			}
		})
	}
}

// A wallet that is spent from and paid into for a long time has some notes of each
// denomination that its balance allows, and never many of one.
func TestWalletStaysInShape(t *testing.T) {
	m := withFee(wire.FeeConsensus{Base: 100}, 20)
	rnd := rand.New(rand.NewPCG(3, 3))
	held := notes.Counts{}
	for step := range 2000 {
		in, out := wire.Amount(rnd.Uint64N(1<<17)), wire.Amount(0)
		if _, net := sums(held, m.fees); rnd.IntN(2) == 0 && net > 0 {
			in, out = 0, wire.Amount(rnd.Uint64N(uint64(net)))
		}
		b, err := m.Balance(wallet(held), in, out, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Spend) > 100 || len(b.Make) > 100 {
			t.Fatalf("step %d: %d notes are spent and %d made", step, len(b.Spend), len(b.Make))
		}
		for _, n := range b.Spend {
			held[n.Amount]--
		}
		for _, a := range b.Make {
			held[a]++
		}
		for a, n := range held {
			if n > 2*crowded {
				t.Fatalf("step %d: %d notes of %v", step, n, a)
			}
		}
	}
	face, _ := sums(held, m.fees)
	if wanting := target - held[512]; face > 1<<16 && wanting > 0 {
		t.Errorf("of %v there are %d notes of 512 msat", face, held[512])
	}
}

func FuzzBalance(f *testing.F) {
	f.Add([]byte{1, 0, 3, 2}, uint64(700), uint64(0), uint8(0), false)
	f.Add([]byte{0, 9, 0, 7, 1, 1}, uint64(0), uint64(9000), uint8(1), true)
	f.Add([]byte{255, 255}, uint64(1)<<50, uint64(1)<<51, uint8(2), false)
	f.Fuzz(func(t *testing.T, some []byte, in, out uint64, fee uint8, alone bool) {
		if in > 1<<60 || out > 1<<60 {
			return
		}
		m := withFee(fees[int(fee)%len(fees)], Greatest)
		held := notes.Counts{}
		for i, n := range some[:min(len(some), len(m.tiers))] {
			held[m.tiers[i]] = int(n % 16)
		}
		checkBalance(t, m, held, wire.Amount(in), wire.Amount(out), alone)
	})
}
