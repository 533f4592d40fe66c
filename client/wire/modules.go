package wire

import (
	"encoding/json"
	"fmt"
)

// Kinds of modules that this package knows.
const (
	KindMint   ModuleKind = "mint"
	KindMintV2 ModuleKind = "mintv2"
	KindMeta   ModuleKind = "meta"
	KindLN     ModuleKind = "ln"
	KindLNV2   ModuleKind = "lnv2"
)

// inputErrorText returns the words of a module for the body of its
// DynInputError.
func inputErrorText(kind ModuleKind, body []byte) (string, error) {
	switch kind {
	case KindMint:
		return errorText[MintInputError](body)
	case KindMintV2:
		return errorText[MintV2InputError](body)
	case KindLN:
		return errorText[LNInputError](body)
	case KindLNV2:
		return errorText[LNV2InputError](body)
	}
	return "", fmt.Errorf("no input errors of module kind %.40q are known", kind)
}

// outputErrorText returns the words of a module for the body of its
// DynOutputError.
func outputErrorText(kind ModuleKind, body []byte) (string, error) {
	switch kind {
	case KindMint:
		return errorText[MintOutputError](body)
	case KindMintV2:
		return errorText[MintV2OutputError](body)
	case KindLN:
		return errorText[LNOutputError](body)
	case KindLNV2:
		return errorText[LNV2OutputError](body)
	}
	return "", fmt.Errorf("no output errors of module kind %.40q are known", kind)
}

func errorText[T error, P Decodable[T]](body []byte) (string, error) {
	e, err := Decode[T, P](body)
	if err != nil {
		return "", err
	}
	return e.Error(), nil
}

// readableConfig returns a module's config as the JSON object that
// client_config_json shows, without the kind.
func readableConfig(kind ModuleKind, body []byte) ([]byte, error) {
	switch kind {
	case KindMint:
		return configJSON[MintConfig](body)
	case KindMintV2:
		return configJSON[MintV2Config](body)
	case KindMeta:
		return configJSON[MetaConfig](body)
	case KindLN:
		return configJSON[LNConfig](body)
	case KindLNV2:
		return configJSON[LNV2Config](body)
	}
	return nil, fmt.Errorf("no config of module kind %.40q is known", kind)
}

func configJSON[T any, P Decodable[T]](body []byte) ([]byte, error) {
	config, err := Decode[T, P](body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(config)
}

// A MetaConfig is the config of the meta module, which has no bytes.
type MetaConfig struct{}

// Append appends nothing.
func (MetaConfig) Append(b []byte) []byte { return b }

// Decode reads nothing.
func (*MetaConfig) Decode(*Decoder) {}
