//go:build unix

package page_test

import (
	"testing"
)

// TestHostileLightning has invoices and gateways say everything that there is. The
// page shows it, as text.
func TestHostileLightning(t *testing.T) {
	var all []any
	for _, text := range outside() {
		if _, ok := text.(string); ok { // the core passes on nothing else
			all = append(all, text)
		}
	}
	quote := fields{"quote_pay": payQuote(fakeGateway("Cheap", 1000), 51_000)}
	v := payer(t, quote, "--disable-ipc-flooding-protection") // nobody goes to so many places at once
	v.Eval(watch+"; window.outside = "+inJSON(t, all), nil)
	v.visit("#" + fakeInvoice)
	v.sees("Through Cheap")
	v.harmless("invoice", `
		const {identify, quote_pay} = core.answers;
		core.answers.identify = {...identify, invoice: {...identify.invoice, description: x}};
		core.answers.quote_pay = {...quote_pay, gateway: {...quote_pay.gateway, name: x, url: x}};
		location.hash = "#/settings";
		await drawn();
		location.hash = "#`+fakeInvoice+`";
		await drawn();
		await drawn();
		if (!document.body.innerText.includes("You pay")) found.push("nothing is shown for " + x);`)
	v.harmless("gateways", `
		core.answers.list_gateways = [{...core.answers.quote_pay.gateway, name: x, url: "https://one.example/"}, {url: x, votes: 1, answers: false}];
		location.hash = "#/settings";
		await drawn();
		location.hash = "#/federation/`+fakeHash+`";
		await drawn();
		await drawn();
		if (!document.body.innerText.includes("recommends it")) found.push("nothing is shown for " + x);`)
	v.tell("subscribe_operation", lightningOperation("pay", "done", lightningMachine("lnv2/send", "succeeded", true, nil), fields{
		"final": true, "details": fields{"invoice": fakeInvoice, "gateway": "https://cheap.example/", "preimage": fakeHash},
	}))
	v.harmless("payment", `
		const op = core.answers.subscribe_operation;
		core.answers.subscribe_operation = {...op, details: {...op.details, gateway: x}};
		core.answers.identify = {...core.answers.identify, invoice: {...core.answers.identify.invoice, description: x}};
		location.hash = "#/settings";
		await drawn();
		location.hash = "#/operation/`+fakeHash+`/`+fakeHash+`";
		await drawn();
		await drawn();
		if (!document.body.innerText.includes("Receipt")) found.push("nothing is shown for " + x);`)
}
