// Package facade is the one way into the wallet: requests and responses in JSON,
// the same in a browser and natively.
//
// # Protocol
//
// A request is an object with a number, a verb and the verb's fields. It is
// answered by any number of data responses and then one that ends it:
//
//	→ {"request_id":1,"type":"client_rpc","client_name":"…","module":"mint","method":"validate_notes","payload":{"oob_notes":"…"}}
//	← {"request_id":1,"type":"data","data":1024}
//	← {"request_id":1,"type":"end"}
//	← {"request_id":1,"type":"error","error":"what is wrong","code":"InvalidInput"}
//	← {"request_id":1,"type":"aborted"}                      after cancel_rpc
//
// Every request is ended, also when something panics. An error means that the
// call failed, never that a payment did. Amounts are numbers of msat; operation
// and federation ids are hex.
//
// Most verbs are those of the official client's RPC (fedimint-client-rpc 0.13),
// with its payloads and answers. A federation is named by the client_name under
// which it was joined or by its id.
//
//	generate_mnemonic                                {"mnemonic":[…]}
//	set_mnemonic            words                    {"success":true}
//	get_mnemonic                                     {"mnemonic":[…]}
//	has_mnemonic_set                                 bool
//	parse_invite_code       invite_code              {"url","federation_id"}
//	preview_federation      invite_code              {"config","federation_id"}
//	parse_oob_notes         oob_notes                {"total_amount","federation_id_prefix","federation_id"?,"invite_code"?,"note_counts"}
//	join_federation         invite_code, force_recover, client_name, derivation?   null
//	open_client             client_name              null
//	close_client            client_name              null
//	cancel_rpc              cancel_request_id        (ends at once; the other request is aborted)
//	client_rpc              client_name, module, method, payload
//	  ""    get_balance, subscribe_balance_changes, get_config, get_federation_id, get_invite_code,
//	        get_operation, list_operations, get_event_log, session_count, has_pending_recoveries,
//	        wait_for_all_recoveries, subscribe_to_recovery_progress, backup_to_federation
//	  mint  reissue_external_notes, subscribe_reissue_external_notes, spend_notes, spend_notes_expert,
//	        validate_notes, try_cancel_spend_notes, await_spend_oob_refund, subscribe_spend_notes,
//	        note_counts_by_denomination
//	  meta  get_consensus_value
//
// What is different: the wallet has one set of words, and a federation is joined
// once. join_federation takes "derivation": "double", the default, is that of
// the official web client, "single" that of fedimint-cli. What the words have in
// the federation is looked for with force_recover, when they were made elsewhere,
// and when the guardians have a backup of them. backup_to_federation keeps no
// metadata of the caller's.
//
// The other verbs are our own, for a page:
//
//	subscribe_wallet                                 stream of [WalletView]
//	subscribe_operations    limit?, federation?      stream of lists of [OperationView], newest first
//	list_operation_views    federation, before?, limit?   list of [OperationView], newest first
//	subscribe_operation     federation, operation_id stream of [OperationDetail], ends when nothing of it can change
//	preview                 invite_code              [PreviewView]
//	join                    invite_code, restore?    {"federation"}; joining again is no error
//	identify                text                     [Identity]: what a pasted text is
//	quote_send              federation, amount_msat, kind?   {"amount_msat","fee_msat","reissue","max_msat","kind"}
//	send_ecash              federation, key, amount_msat, kind?, max_fee_msat?, take_back_after_secs?, include_invite?
//	                                                 {"operation_id"}; the same key is the same send
//	quote_receive           notes                    {"amount_msat","fee_msat","aside_msat"}; asks nobody
//	check_spent             notes                    {"spent_msat"}; asks the guardians
//	receive_ecash           notes                    {"federation","operation_id"}; the same notes are the same receipt
//	take_back               federation, operation_id null
//	check_taken             federation, operation_id bool; asks the guardians
//	wake                                             null; cuts back-offs short
//	check_words             words                    [WordsCheck]; changes nothing
//	restore                 federation               null; brings back one whose store is lost
//	search_again            federation               null; brings here what another device with the words has, for fees
//	dismiss_elsewhere       federation               null; the person knows of the other device
//	back_up                 federation               null; at the guardians, now
//	quote_move              federation               {"amount_msat","fee_msat"}
//	move_notes              federation, key          {"operation_id"}; older e-cash becomes newer
//	export_wallet           passphrase               [SavedView]; the file in base64, and what it tells
//	read_export             file, passphrase         [FileView]; changes nothing
//	import_wallet           file, passphrase         [FileView]; the words, the history and the invitations: nothing is joined
//	list_gateways           federation               list of [GatewayView], the best known first
//	quote_pay               federation, invoice, gateway?          [PayView]
//	pay_invoice             federation, invoice, gateway?, terms?, success?  [PayView]; the same invoice is the same payment
//	quote_invoice           federation, amount_msat, gateway?      [AskView]
//	ask_lnurl               text                     [ServiceView]: what an LNURL or a lightning address is for
//	lnurl_invoice           text, amount_msat, comment?            [ServiceInvoice], to be paid by pay_invoice
//	lnurl_withdraw          text, federation, amount_msat          [AskView]; whether the money comes, its operation tells
//	lnurl_login             text                     null; tells the service the wallet's key for it, and nothing else
//	own_lnurl               federation, service      {"lnurl"}; what is paid to it is claimed whenever the wallet is open
//	make_invoice            federation, amount_msat, description?, expiry_secs?, gateway?, terms?   [AskView]
//	list_archived           federation, before?, before_id?, limit?   list of [ArchivedView], newest first, after the one
//	                                                 of that time in ms and that id
//
// A passphrase is taken byte for byte. Keyboards write the same letters in
// different ways, so callers bring it into Unicode's NFC before they ask, as
// web/core does. The tables for it are not in this program.
//
// # Codes
//
// See codes.go.
package facade
