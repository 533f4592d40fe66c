//go:build unix

package official

import (
	"runtime"
	"testing"

	"satchel/build/devfed"
	"satchel/client/wire"
)

func TestReissue(t *testing.T) {
	f := startFederation(t, devfed.Options{})
	c := Start(t)
	c.SetWords(words...)
	c.Join(f.Invite())
	const spent = 4
	notes := ecash(t, f, (1<<spent-1)<<10)
	figures := c.Reissue(f, notes)
	t.Logf("%+v", figures)
	if figures.Spent != spent || figures.Made == 0 || figures.Wall <= 0 || figures.Process <= 0 {
		t.Errorf("%+v", figures)
	}
	if tells := runtime.GOOS == "linux"; tells != (figures.Worker > 0) {
		t.Errorf("%v on a CPU, on %s", figures.Worker, runtime.GOOS)
	}
	for _, method := range []string{"submit_transaction", "await_transaction", "await_outputs_outcomes"} {
		asked := 0
		for _, methods := range figures.Requests {
			asked += min(methods[method], 1)
		}
		if asked < wire.Threshold(len(f.Guardians())) {
			t.Errorf("%d guardians were sent %s", asked, method)
		}
	}
	if has, audit := c.Balance(), f.Audit(); has == 0 || has != audit.Outstanding {
		t.Errorf("the official client has %d msat, the audit is %+v", has, audit)
	}
}
