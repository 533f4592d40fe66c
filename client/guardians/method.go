package guardians

import "strings"

// The sizes that answers of honest guardians stay below by far.
const (
	smallAnswer  = 64 << 10
	middleAnswer = 1 << 20
	sliceAnswer  = 4 << 20 // ten thousand recovery items of 170 bytes, or so
)

// answerLimits has the methods whose answers are short: a number, a hash, a
// truth value; or, in the second half, a little for each guardian or for each
// output of a transaction; or a list that is asked for in parts. Names of module
// methods are without their prefix; a name that several kinds of modules have is
// here if all their answers are short. The others may fill a message.
var answerLimits = map[string]int{
	"await_transaction":            smallAnswer,
	"backup":                       smallAnswer,
	"chain_id":                     smallAnswer,
	"federation_id":                smallAnswer,
	"fedimintd_version":            smallAnswer,
	"server_config_consensus_hash": smallAnswer,
	"session_count":                smallAnswer,
	"setup_status":                 smallAnswer,

	"account":                           smallAnswer,
	"await_account":                     smallAnswer,
	"await_block_height":                smallAnswer,
	"await_incoming_contract":           smallAnswer,
	"await_offer":                       smallAnswer,
	"await_outgoing_contract_cancelled": smallAnswer,
	"await_preimage":                    smallAnswer,
	"await_preimage_decryption":         smallAnswer,
	"blind_nonce_used":                  smallAnswer,
	"block_count":                       smallAnswer,
	"block_count_local":                 smallAnswer,
	"consensus_block_count":             smallAnswer,
	"consensus_feerate":                 smallAnswer,
	"decryption_key_share":              smallAnswer,
	"federation_wallet":                 smallAnswer,
	"get_consensus_rev":                 smallAnswer,
	"get_decrypted_preimage_status":     smallAnswer,
	"module_consensus_version":          smallAnswer,
	"note_spent":                        smallAnswer,
	"offer":                             smallAnswer,
	"outgoing_contract_expiration":      smallAnswer,
	"peg_out_fees":                      smallAnswer,
	"receive_fee":                       smallAnswer,
	"recovery_count":                    smallAnswer,
	"recovery_slice_hash":               smallAnswer,
	"send_fee":                          smallAnswer,
	"transaction_id":                    smallAnswer,
	"utxo_confirmed":                    smallAnswer,

	"api_announcements":      middleAnswer,
	"await_output_outcome":   middleAnswer,
	"await_outputs_outcomes": middleAnswer,
	"gateways":               middleAnswer,
	"guardian_metadata":      middleAnswer,
	"invite_code":            middleAnswer,
	"recover":                middleAnswer,
	"signature_shares":       middleAnswer,
	"submit_transaction":     middleAnswer,
	"version":                middleAnswer,

	"recovery_slice": sliceAnswer,
}

// answerLimit returns how many bytes a message that answers a method may have.
func answerLimit(method string) int {
	if limit, ok := answerLimits[baseName(method)]; ok {
		return limit
	}
	return MaxMessage
}

// waits reports whether a method is a long poll, so that the time it takes says
// nothing about the way to the guardian.
func waits(method string) bool {
	switch name := baseName(method); name {
	case "submit_transaction", "signature_shares", "decryption_key_share", "get_decrypted_preimage_status":
		return true
	default:
		return strings.HasPrefix(name, "await_") || strings.HasPrefix(name, "wait_")
	}
}

// baseName returns the name of a method without the prefix "module_<id>_".
func baseName(method string) string {
	rest, ok := strings.CutPrefix(method, "module_")
	if !ok {
		return method
	}
	id, name, ok := strings.Cut(rest, "_")
	if !ok || id == "" || strings.Trim(id, "0123456789") != "" {
		return method
	}
	return name
}
