package faucet

import (
	"fmt"
	"net/http"
)

// Codes of errors. They are stable.
const (
	CodeBadRequest = "bad_request"
	CodeAmount     = "amount_out_of_range"
	CodeNotEcash   = "not_ecash"
	CodeForeign    = "foreign_notes"
	CodeForged     = "forged_notes"
	CodeSpent      = "spent_notes"
	CodeTooMany    = "too_many_notes"
	CodeNoQuorum   = "no_quorum"
	CodeNoMint     = "no_mint"
	CodeNoGuardian = "no_such_guardian"
	CodeInternal   = "internal"
)

// An Error is a refusal, with a code for programs and a sentence for people.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

func refuse(code, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

func (e *Error) status() int {
	switch e.Code {
	case CodeSpent:
		return http.StatusConflict
	case CodeNoMint, CodeNoGuardian:
		return http.StatusNotFound
	case CodeNoQuorum:
		return http.StatusServiceUnavailable
	case CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}
