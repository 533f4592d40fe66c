package kill

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"satchel/build/drive"
	"satchel/client/wire"
)

var seed = flag.Uint64("seed", 0, "of the moments at which restores are killed; 0 for other ones each time")

const (
	// moments is at how many a restore is killed, or more.
	moments = 20

	// apart is how many announcements two deaths are apart at most. There are two
	// for each commit, before it and after it.
	apart = 4

	// mostDeaths is how many a restore survives that gets on in between, and more.
	mostDeaths = 5 * moments
)

// A restoration is a restore that is killed time and again.
type restoration struct {
	*bench
	past   *past
	random *rand.Rand
	deaths int
	read   map[string]uint64 // by operation: the furthest that its search is known to have come
	midway int               // how many lives began where the search had come to
	stages map[string]int    // how many lives began with a machine at a step
}

func (p *past) restoration(b *bench, random *rand.Rand) *restoration {
	b.others = p.others
	return &restoration{bench: b, past: p, random: random, read: map[string]uint64{}, stages: map[string]int{}}
}

// restore is what a person does who has the words, until all has come back.
func (r *restoration) restore() error {
	var has bool
	if err := r.w.Call("has_mnemonic_set", nil, &has); err != nil {
		return err
	}
	if !has {
		if err := r.w.Call("set_mnemonic", map[string]any{"words": r.past.words}, nil); err != nil {
			return err
		}
	}
	if err := r.join(); err != nil {
		return err
	}
	ops, err := r.operations()
	if err != nil {
		return err
	}
	for _, op := range ops {
		if err := r.begins(op.ID); err != nil {
			return err
		}
	}
	for _, op := range ops {
		if _, err := r.rest(op.ID, true); err != nil {
			return err
		}
	}
	return nil
}

// begins looks at where a life begins.
func (r *restoration) begins(op string) error {
	var d drive.Detail
	if err := r.w.Call("subscribe_operation", r.fields(map[string]any{"operation_id": op}), &d); err != nil {
		return err
	}
	for _, m := range d.Machines {
		if !m.Final {
			r.stages[m.Name+": "+m.Current]++
		}
	}
	if d.Progress.Read < r.read[op] {
		return fmt.Errorf("the search had read %d of %d and is back at %d", r.read[op], d.Progress.End, d.Progress.Read)
	}
	r.read[op] = d.Progress.Read
	if d.Progress.From < d.Progress.Read && d.Progress.Read < d.Progress.End {
		r.midway++
	}
	return nil
}

// killed restores, with deaths at random commits, until it has survived.
func (r *restoration) killed() error {
	for {
		r.ann.arm(r.random.IntN(apart), r.w.Kill)
		err := r.restore()
		died, where, _ := r.ann.disarm()
		if !died {
			return err
		}
		if err != nil && !errors.Is(err, drive.ErrDied) {
			return err
		}
		r.deaths++
		r.t.Logf("death %d, %.60s", r.deaths, where)
		if r.deaths == mostDeaths {
			return fmt.Errorf("the restore does not get on: after %d deaths it is at %v", r.deaths, r.stages)
		}
		r.w.Start()
		if err == nil { // it was over when the wallet died
			return r.restore()
		}
	}
}

// end makes room for another federation with the same past.
func (r *restoration) end() {
	r.w.Kill()
	r.fed.Close()
}

// often restores in equal federations until there have been enough deaths, and
// holds what comes of it against the past and against a restore that was not
// killed.
func (p *past) often(t *testing.T, fresh func(*testing.T) *bench, want restored) error {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-seed %d", *seed)
	random := rand.New(rand.NewPCG(*seed, 0))
	stages := map[string]int{}
	for deaths, midway := 0, 0; deaths < moments; {
		r := p.restoration(fresh(t), random)
		if err := r.killed(); err != nil {
			return err
		}
		got, err := p.judge(r.bench)
		if err != nil {
			return err
		}
		if !got.same(want) {
			return fmt.Errorf("killed %d times: %+v, never killed: %+v", r.deaths, got, want)
		}
		r.end()
		deaths, midway = deaths+r.deaths, midway+r.midway
		for stage, n := range r.stages {
			stages[stage] += n
		}
		if p.old && midway == 0 {
			return fmt.Errorf("in %d lives the search never went on where it had been", deaths)
		}
	}
	t.Logf("lives began at %v", stages)
	for stage := range stages {
		if !strings.Contains(stage, "search") {
			return nil
		}
	}
	return errors.New("no life began with notes that were found and not claimed yet")
}

// undisturbed restores without a death.
func (p *past) undisturbed(b *bench) (restored, error) {
	r := p.restoration(b, nil)
	r.ann.arm(-1, nil)
	if err := r.restore(); err != nil {
		return restored{}, err
	}
	_, _, heard := r.ann.disarm()
	got, err := p.judge(b)
	r.t.Logf("never killed: %+v, %d announcements", got, heard)
	r.end()
	return got, err
}

// TestRestoreProcess restores words in a process that is killed at random moments.
func TestRestoreProcess(t *testing.T) {
	k := newKiller(t)
	t.Run("lists", func(t *testing.T) {
		p := live(t, k.wallet(t), false, wire.KindMint, wire.KindMintV2)
		k.restores(t, p)
	})
	old := live(t, k.wallet(t), true, wire.KindMint)
	want := restored{}
	t.Run("sessions", func(t *testing.T) { want = k.restores(t, old) })
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			m.plant(t)
			wrong := newKiller(t)
			err := old.often(t, func(t *testing.T) *bench { return wrong.bench(t, old) }, want)
			if err == nil {
				t.Fatal("not found")
			}
			t.Log(err)
		})
	}
}

func (k *killer) restores(t *testing.T, p *past) (want restored) {
	t.Helper()
	want, err := p.undisturbed(k.bench(t, p))
	if err == nil {
		err = p.often(t, func(t *testing.T) *bench { return k.bench(t, p) }, want)
	}
	if err != nil {
		t.Fatal(err)
	}
	return want
}

func (k *killer) bench(t *testing.T, p *past) *bench {
	b := newBench(t, k.wallet(t), p.again(t, nil), nil)
	b.ann = k.ann
	return b
}

// TestRestoreBrowser restores words in Chromium, which is killed at random moments.
func TestRestoreBrowser(t *testing.T) {
	k, files := newKiller(t), drive.Site(t, "announce")
	p := live(t, k.wallet(t), false, wire.KindMint, wire.KindMintV2)
	want, err := p.undisturbed(k.bench(t, p))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/announce", k.ann)
	mux.Handle("/", files)
	err = p.often(t, func(t *testing.T) *bench {
		fed := p.again(t, mux)
		b := newBench(t, drive.OpenTab(chromium(t), "http://"+fed.Address()+"/"), fed, nil)
		b.ann = k.ann
		return b
	}, want)
	if err != nil {
		t.Fatal(err)
	}
}
