//go:build unix

package page_test

import (
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
)

// fakeInvoice has the shape of an invoice.
var fakeInvoice = "lnbcrt100u1" + strings.Repeat("pq9z", 60)

// otherHash is an id of another federation.
var otherHash = strings.Repeat("cd", 32)

// invoiceFields are what the core tells of [fakeInvoice]: 10 000 sat.
func invoiceFields(change fields) fields {
	i := fields{
		"invoice": fakeInvoice, "amount_msat": 10_000_000, "description": "Two coffees and a cake", "payee": "02" + fakeHash,
		"network": "regtest", "expires_ms": 4_000_000_000_000,
	}
	for name, value := range change {
		i[name] = value
	}
	return i
}

// lightningFederation is a federation that has lightning, with so many sat.
func lightningFederation(id, name string, sat int) fields {
	f := fakeFederation()
	f["id"], f["name"], f["balance_msat"] = id, name, 1000*sat
	f["modules"] = []fields{{"id": 0, "kind": "mint", "usable": true}, {"id": 1, "kind": "lnv2", "usable": true}}
	return f
}

// fakeGateway is a gateway that takes a base fee in msat and half a per cent.
func fakeGateway(name string, base int) fields {
	fee := func(base, parts int) fields { return fields{"base": base, "parts_per_million": parts} }
	return fields{
		"url": "https://" + strings.ToLower(name) + ".example/", "name": name, "votes": 3, "answers": true,
		"terms": fields{
			"lightning_public_key": "03" + fakeHash, "send_fee_minimum": fee(0, 0), "send_fee_default": fee(base, 5000),
			"receive_fee": fee(0, 3000), "receive_enabled": name != "Sendonly", "base": base,
		},
	}
}

var silentGateway = fields{"url": "https://silent.example/v1", "votes": 1, "answers": false}

// payQuote is what paying costs: 10 000 sat, and fees in msat.
func payQuote(gateway fields, fee int) fields {
	return fields{
		"invoice": invoiceFields(nil), "federation": fakeHash, "operation_id": fakeHash, "begun": false, "gateway": gateway,
		"gateway_fee_msat": fee, "federation_fee_msat": 1200, "blocks": 1452,
	}
}

func refusal(code string) fields { return fields{"code": code, "error": "for a test"} }

// payer opens a wallet that can pay an invoice, in a browser with these flags.
func payer(t *testing.T, answers fields, flags ...string) *visit {
	t.Helper()
	all := fields{
		"subscribe_wallet":     fakeWallet(lightningFederation(fakeHash, "Fake", 50_000), lightningFederation(otherHash, "Other", 20_000)),
		"subscribe_operations": []fields{}, "identify": fields{"kind": "invoice", "joined": false, "amount_msat": 10_000_000, "invoice": invoiceFields(nil), "payers": []string{fakeHash, otherHash}},
		"list_gateways": []fields{fakeGateway("Cheap", 1000), fakeGateway("Sendonly", 2500), silentGateway},
	}
	for name, answer := range answers {
		all[name] = answer
	}
	return withFakeCore(t, browser.Start(t, flags...), all)
}

// TestPay opens an invoice, chooses who pays it and through whom, is told that the
// terms have changed, and pays by the new ones.
func TestPay(t *testing.T) {
	v := payer(t, nil)
	v.visit("#/send")
	v.press("button", "Lightning")
	v.sees("Paste or scan the invoice")
	v.look("send-lightning")
	v.paste("Please pay lightning:" + strings.ToUpper(fakeInvoice) + " soon")
	v.sees("Asking gateways what it costs")
	if text := v.asked("identify", "f => f.text"); text[0] != strings.ToUpper(fakeInvoice) {
		t.Errorf("the core was asked about %q", text)
	}
	v.look("pay-asking")
	v.tell("quote_pay", payQuote(fakeGateway("Cheap", 1000), 51_000))
	v.visit("#/settings")
	v.sees("Version")
	v.visit("#" + fakeInvoice)
	v.sees("Two coffees and a cake")
	v.sees("Gateway fee 51 sat")
	v.sees("Federation fee 1.2 sat")
	v.sees("You pay 10 052.2 sat")
	v.look("pay")

	v.press("summary", "Through Cheap")
	v.sees("1 sat and 0.5 %")
	v.sees("does not answer")
	v.look("pay-gateways")
	v.tell("quote_pay", payQuote(fakeGateway("Sendonly", 2500), 52_500))
	v.press("field", "Sendonly")
	v.press("button", "Pay 10 053.7 sat")
	v.Wait(`core.asked.some(r => r.verb === "pay_invoice")`)
	v.look("pay-paying")
	v.tell("quote_pay", payQuote(fakeGateway("Sendonly", 9000), 59_000))
	v.tell("pay_invoice", refusal("QuoteExpired"))
	v.sees("Look at the new total")
	v.sees("You pay 10 060.2 sat")
	v.look("pay-changed")
	v.tell("pay_invoice", refusal("Interrupted"))
	v.press("button", "Pay 10 060.2 sat")
	v.sees("an invoice is paid only once")
	v.look("pay-unsure")
	v.tell("pay_invoice", payQuote(fakeGateway("Sendonly", 9000), 59_000))
	v.press("button", "Pay 10 060.2 sat")
	v.Wait(fmt.Sprintf(`location.hash === "#/operation/%s/%s"`, fakeHash, fakeHash))
	if agreed := fmt.Sprint(v.asked("pay_invoice", "f => f.gateway + f.terms.base")); agreed != "[https://sendonly.example/2500 https://sendonly.example/9000 https://sendonly.example/9000]" {
		t.Errorf("the page has agreed to %v", agreed)
	}
}

// TestPayFromAnother chooses another federation to pay from.
func TestPayFromAnother(t *testing.T) {
	v := payer(t, fields{"quote_pay": payQuote(fakeGateway("Cheap", 1000), 51_000)})
	v.visit("#" + fakeInvoice)
	v.sees("You pay 10 052.2 sat")
	v.Eval(`(e => { e.value = `+"`"+otherHash+"`"+`; e.dispatchEvent(new Event("change", {bubbles: true})); })(`+v.finding("field", "From")+`)`, nil)
	v.Wait(fmt.Sprintf(`core.asked.some(r => r.verb === "quote_pay" && r.fields.federation === %q)`, otherHash))
	if from := v.asked("quote_pay", "f => f.federation"); from[0] != fakeHash {
		t.Errorf("it is to be paid from %s first, and not from where there is most", from[0])
	}
}

// TestCannotPay says in one calm sentence why an invoice cannot be paid.
func TestCannotPay(t *testing.T) {
	v := payer(t, nil)
	again := func(says string) {
		t.Helper()
		v.visit("#/settings")
		v.sees("Version")
		v.visit("#" + fakeInvoice)
		v.sees(says)
		if v.offers("Pay") {
			t.Errorf("where %q, paying is offered", says)
		}
	}
	for code, says := range map[string]string{
		"Expired": "This invoice has expired", "NetworkMismatch": "of another Bitcoin network", "GatewayUnavailable": "No gateway can pay this now",
		"InsufficientBalance": "You do not have enough here", "GatewayTooExpensive": "asks for more than Satchel accepts", "FederationUnreachable": "Too few guardians answer",
	} {
		v.tell("quote_pay", refusal(code))
		again(says)
		v.look("pay-" + strings.ToLower(code))
	}
	identity := fields{"kind": "invoice", "joined": false, "invoice": invoiceFields(fields{"amount_msat": 0, "description": ""}), "payers": []string{fakeHash}}
	v.tell("identify", identity)
	again("This invoice names no amount")
	v.look("pay-no-amount")
	delete(identity, "payers")
	v.tell("identify", identity)
	again("of another Bitcoin network")
	v.tell("subscribe_wallet", fakeWallet(fakeFederation()))
	again("None of your federations can pay invoices")
	v.tell("subscribe_wallet", fakeWallet())
	again("join a federation and receive some e-cash first")
	v.look("pay-no-federation")
	v.tell("identify", fields{"kind": "unknown", "joined": false, "reason": "for a test"})
	again("This invoice is damaged or cut off")
	v.tell("subscribe_wallet", fakeWallet(lightningFederation(fakeHash, "Fake", 1)))
	v.tell("identify", fields{"kind": "invoice", "joined": true, "federation_id": fakeHash, "operation_id": otherHash, "invoice": invoiceFields(nil)})
	v.visit("#/settings")
	v.sees("Version")
	v.visit("#" + fakeInvoice)
	v.Wait(fmt.Sprintf(`location.hash === "#/operation/%s/%s"`, fakeHash, otherHash))
	if n := v.asked("pay_invoice", "f => ''"); len(n) > 0 {
		t.Errorf("the page has asked to pay %d times", len(n))
	}
}

// TestAsk asks for a payment: what of it arrives is said before.
func TestAsk(t *testing.T) {
	quote := func(amount int, gateway fields) fields {
		return fields{"operation_id": strings.Repeat("0", 64), "gateway": gateway, "amount_msat": amount, "gateway_fee_msat": 30_000, "federation_fee_msat": 1500}
	}
	v := payer(t, nil)
	v.visit("#/receive")
	v.press("button", "Lightning")
	v.focusIs("input Amount")
	v.look("receive-lightning")
	v.tell("quote_invoice", refusal("TooSmall"))
	v.enter("Amount", "1")
	v.sees("That is too little: fees would take all of it")
	v.look("receive-too-small")
	v.tell("quote_invoice", refusal("GatewayUnavailable"))
	v.enter("Amount", "9999")
	v.sees("No gateway can make an invoice now")
	v.look("receive-no-gateway")
	v.tell("quote_invoice", quote(9_968_500, fakeGateway("Cheap", 1000)))
	v.enter("Amount", "10000")
	v.enter("Note", "Two coffees")
	v.sees("You get 9 968.5 sat")
	v.look("receive-quote")
	v.press("summary", "Through Cheap")
	v.sees("makes no invoices")
	v.look("receive-gateways")
	v.tell("make_invoice", refusal("QuoteExpired"))
	v.press("button", "Create invoice")
	v.sees("The fees have changed")
	v.look("receive-changed")
	made := quote(9_968_500, fakeGateway("Cheap", 1000))
	made["operation_id"], made["invoice"] = fakeHash, invoiceFields(nil)
	v.tell("make_invoice", made)
	v.press("button", "Create invoice")
	v.Wait(fmt.Sprintf(`location.hash === "#/operation/%s/%s"`, fakeHash, fakeHash))
	if asked := fmt.Sprint(v.asked("make_invoice", "f => [f.amount_msat, f.description, f.gateway, f.terms.base].join()")); asked !=
		"[10000000,Two coffees,https://cheap.example/,1000 10000000,Two coffees,https://cheap.example/,1000]" {
		t.Errorf("the page has asked for %v", asked)
	}
}

// TestNoLightning has only a federation without lightning: it is not offered.
func TestNoLightning(t *testing.T) {
	v := payer(t, fields{"subscribe_wallet": fakeWallet(fakeFederation())})
	for _, path := range []string{"#/receive", "#/receive/lightning"} {
		v.visit(path)
		v.sees("Paste the e-cash")
		if v.offers("Lightning") {
			t.Errorf("%s offers lightning, which no federation has", path)
		}
	}
	v.visit("#/federation/" + fakeHash)
	v.sees("Guardians")
	var shown bool
	if v.Eval(`document.body.innerText.includes("gateway")`, &shown); shown {
		t.Error("the federation shows gateways, which it cannot use")
	}
}

// TestGateways shows the gateways of a federation.
func TestGateways(t *testing.T) {
	v := payer(t, nil)
	v.visit("#/federation/" + fakeHash)
	v.sees("Paying: 1 sat and 0.5 %")
	v.sees("Receiving: 0.3 %")
	v.sees("3 guardians recommend it")
	v.sees("1 guardian recommends it")
	v.Eval(`[...document.querySelectorAll("h2")].find(e => e.innerText === "Lightning gateways").scrollIntoView()`, nil)
	v.look("federation-gateways")
	v.tell("list_gateways", []fields{})
	v.Eval(`[...document.querySelectorAll("h2")].find(e => e.innerText === "Lightning gateways").nextElementSibling.click()`, nil)
	v.sees("The guardians recommend no gateway")
}
