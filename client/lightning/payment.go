package lightning

import (
	"satchel/client/wire"
)

// A payment is an invoice and the contract that pays for it.
type payment struct {
	At       wire.OutPoint   // that funds the contract
	Contract wire.LNContract // an incoming one, to a payee in the federation, or an outgoing one
	Funds    wire.Amount     // that go into the contract, msat
	Attempt  uint64          // to pay for the hash
	Since    uint64          // the session in which, or after which, it is funded
	Gateway  string          // url, "" for a payee in the federation
	Private  bool            // the gateway need not see the whole invoice
	Invoice  string
	Amount   wire.Amount // of the invoice, msat
}

func (p payment) Append(b []byte) []byte {
	b = p.Funds.Append(p.Contract.Append(p.At.Append(b)))
	b = wire.AppendText(wire.AppendUint(wire.AppendUint(b, p.Attempt), p.Since), p.Gateway)
	return p.Amount.Append(wire.AppendText(wire.AppendBool(b, p.Private), p.Invoice))
}

func (p *payment) Decode(d *wire.Decoder) {
	p.At.Decode(d)
	p.Contract.Decode(d)
	p.Funds.Decode(d)
	p.Attempt, p.Since, p.Gateway = d.Uint64(), d.Uint64(), d.Text()
	p.Private, p.Invoice = d.Bool(), d.Text()
	p.Amount.Decode(d)
}

func (p payment) internal() bool { return p.Contract.Incoming != nil }

func (p payment) id() wire.ContractID { return contractID(p.Contract) }

func (p payment) hash() wire.Hash {
	if p.internal() {
		return p.Contract.Incoming.Hash
	}
	return p.Contract.Outgoing.Hash
}
