//go:build live && unix

package live

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"satchel/client/wire"
)

// bill runs the command that prints an invoice over an amount in msat.
func (p *person) bill(amount wire.Amount) string {
	p.t.Helper()
	return p.run(os.Getenv(billVariable), strconv.FormatUint(uint64(amount), 10))
}

// run runs a shell command with an argument and returns the last word that it
// prints.
func (p *person) run(command, argument string) string {
	p.t.Helper()
	out, err := exec.Command("sh", "-c", command+` "$0"`, argument).CombinedOutput()
	words := strings.Fields(string(out))
	if err != nil || len(words) == 0 {
		p.t.Fatalf("%s: %v, %s", command, err, out)
	}
	return words[len(words)-1]
}

// pay pays an invoice of somebody else, with the fees as quoted, once for two taps,
// and expects it to end in a state.
func (p *person) pay(invoice, state string) {
	p.t.Helper()
	var q struct {
		Op            string `json:"operation_id"`
		Begun         bool
		Gateway       struct{ URL, Name string }
		GatewayFee    wire.Amount `json:"gateway_fee_msat"`
		FederationFee wire.Amount `json:"federation_fee_msat"`
		Blocks        uint64
	}
	p.call("quote_pay", p.fields("invoice", invoice), &q)
	p.t.Logf("through %s %s: gateway's fee %v, federation's %v, %d blocks", q.Gateway.Name, q.Gateway.URL, q.GatewayFee, q.FederationFee, q.Blocks)
	began := time.Now()
	for range 2 {
		p.call("pay_invoice", p.fields("invoice", invoice), &q)
	}
	if !q.Begun {
		p.t.Fatal("the second tap has begun another payment")
	}
	d := p.rest(q.Op, true, state)
	p.t.Logf("the payment of %v is %s, fee %v, in %v", d.Requested, d.State, d.Fee, took(began))
}

// bePaid has somebody else pay an invoice of the wallet.
func (p *person) bePaid(amount wire.Amount) {
	p.t.Helper()
	var a struct {
		Op      string      `json:"operation_id"`
		Amount  wire.Amount `json:"amount_msat"`
		Invoice struct{ Invoice string }
	}
	p.call("make_invoice", p.fields("amount_msat", amount, "description", "satchel, live"), &a)
	began := time.Now()
	p.t.Logf("paid: %s", p.run(os.Getenv(payVariable), a.Invoice.Invoice))
	d := p.rest(a.Op, true, "done")
	p.t.Logf("was paid %v, fee %v, of which the quote said %v, in %v", d.Amount, d.Fee, amount-a.Amount, took(began))
	if d.Change != int64(a.Amount) {
		p.t.Fatalf("%v has arrived, the quote said %v", d.Change, a.Amount)
	}
}

// lightning pays and is paid; with an amount that the gateway does not have, the
// money comes back.
func (p *person) lightning() {
	p.t.Helper()
	const amount = 500_000
	if os.Getenv(billVariable) != "" {
		p.pay(p.bill(amount), "done")
		if beyond := os.Getenv(beyondVariable); beyond != "" {
			p.pay(p.run(os.Getenv(billVariable), beyond), "returned")
		}
	}
	if os.Getenv(payVariable) != "" {
		p.bePaid(amount)
	}
}
