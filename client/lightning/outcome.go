package lightning

import (
	"fmt"

	"satchel/client/wire"
	"satchel/fsm"
)

// The words of the official client's subscriptions (fedimint-ln-client 0.13):
// LnPayState, InternalPayState and LnReceiveState.

type object = map[string]any

// payOutcome names the step of a payment. busy is that money is still under way.
func payOutcome(step fsm.State, internal, busy bool) any {
	if internal {
		return internalOutcome(step, busy)
	}
	switch s := step.(type) {
	case funding:
		return "created"
	case funded:
		return object{"funded": object{"block_height": s.Contract.Outgoing.Timelock}}
	case spent:
		return object{"funded": object{"block_height": s.Contract.Outgoing.Timelock}}
	case succeeded:
		if busy {
			return "awaiting_change"
		}
		return object{"success": object{"preimage": s.Preimage.String()}}
	case refundable:
		return waitingForRefund(s.payment)
	case refunding:
		return waitingForRefund(s.payment)
	case refunded:
		if busy {
			return waitingForRefund(s.payment)
		}
		why := object{"error_code": 500, "error_message": refundReason(s.payment)}
		return object{"refunded": object{"gateway_error": object{"gateway_internal_error": why}}}
	case rejected:
		return "canceled"
	}
	return unexpected("The contract was spent elsewhere, or is worth less than its refund")
}

func waitingForRefund(p payment) any {
	return object{"waiting_for_refund": object{"error_reason": refundReason(p)}}
}

func refundReason(p payment) string {
	return fmt.Sprintf("Gateway cancelled contract, or it timed out: %v", p.id())
}

func unexpected(why string) any {
	return object{"unexpected_error": object{"error_message": why}}
}

// internalOutcome names the step of a payment within the federation.
func internalOutcome(step fsm.State, busy bool) any {
	switch s := step.(type) {
	case succeeded:
		return object{"preimage": s.Preimage}
	case refunded:
		if !busy {
			return refundSuccess(s)
		}
	case rejected:
		return object{"funding_failed": object{"error": object{"failed_to_fund_contract": object{"error_message": s.Why}}}}
	case worthless, gone:
		return object{"unexpected_error": "The contract was spent elsewhere, or is worth less than its refund"}
	}
	return "funding"
}

func refundSuccess(s refunded) any {
	contract := *s.Contract.Incoming
	contract.Decrypted = wire.DecryptedPreimage{Variant: wire.PreimageInvalid}
	account := wire.LNIncomingAccount{Amount: s.Funds, Contract: contract}
	return object{"refund_success": object{
		"out_points": []wire.OutPoint{{TxID: s.TxID}},
		"error":      object{"invalid_preimage": object{"contract": account}},
	}}
}

// receiveOutcome names the step of a payment to the wallet.
func receiveOutcome(step fsm.State, s sale, busy bool) any {
	cancelled := func(reason string) any { return object{"canceled": object{"reason": reason}} }
	switch step.(type) {
	case offering:
		return "created"
	case offered:
		expiry := wire.Duration{Secs: s.Expiry}
		return object{"waiting_for_payment": object{"invoice": s.Invoice, "timeout": expiry}}
	case unoffered:
		return cancelled("rejected")
	case lapsed:
		return cancelled("timeout")
	case sold, decrypting, claimable:
		return "funded"
	case claiming:
		return "awaiting_funds"
	case claimed:
		if busy {
			return "awaiting_funds"
		}
		return "claimed"
	case spoilt:
		return cancelled("invalid_preimage")
	}
	return cancelled("claim_rejected")
}
