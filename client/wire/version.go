package wire

import (
	"encoding/json"
	"fmt"
)

// A Version is a consensus version of the core or of a module, or the version
// of an API. Consensus form: two BigSizes.
type Version struct {
	Major uint32 `json:"major"`
	Minor uint32 `json:"minor"`
}

// String returns for example "2.1".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Append appends the consensus form.
func (v Version) Append(b []byte) []byte {
	return AppendUint(AppendUint(b, uint64(v.Major)), uint64(v.Minor))
}

// Decode reads the consensus form.
func (v *Version) Decode(d *Decoder) { v.Major, v.Minor = d.Uint32(), d.Uint32() }

// UnmarshalJSON reads {"major":number,"minor":number}.
func (v *Version) UnmarshalJSON(data []byte) error {
	return readObject(data, "version", field{"major", &v.Major, false}, field{"minor", &v.Minor, false})
}

// APIVersions are versions of one API, by strictly ascending major number. A
// server gives the highest minor number that it has of each, a client the
// lowest that it needs.
type APIVersions []Version

// UnmarshalJSON reads a list of versions.
func (v *APIVersions) UnmarshalJSON(data []byte) error {
	var list []Version
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	for i := 1; i < len(list); i++ {
		if list[i].Major <= list[i-1].Major {
			return fmt.Errorf("api version %v does not come after %v", list[i], list[i-1])
		}
	}
	*v = list
	return nil
}

// SupportedVersions is a guardian's answer to the method version.
type SupportedVersions struct {
	Core    SupportedCore                `json:"core"`
	Modules map[ModuleID]SupportedModule `json:"modules"`
}

// UnmarshalJSON reads {"core":core,"modules":{id:module}}.
func (v *SupportedVersions) UnmarshalJSON(data []byte) error {
	*v = SupportedVersions{}
	return readObject(data, "versions", field{"core", &v.Core, false}, field{"modules", &v.Modules, false})
}

// SupportedCore are the versions of the core.
type SupportedCore struct {
	Consensus Version     `json:"core_consensus"`
	API       APIVersions `json:"api"`
}

// UnmarshalJSON reads {"core_consensus":version,"api":[version]}.
func (v *SupportedCore) UnmarshalJSON(data []byte) error {
	return readObject(data, "core versions", field{"core_consensus", &v.Consensus, false}, field{"api", &v.API, false})
}

// SupportedModule are the versions of a module instance.
type SupportedModule struct {
	CoreConsensus Version     `json:"core_consensus"`
	Consensus     Version     `json:"module_consensus"`
	API           APIVersions `json:"api"`
}

// UnmarshalJSON reads {"core_consensus":version,"module_consensus":version,"api":[version]}.
func (v *SupportedModule) UnmarshalJSON(data []byte) error {
	return readObject(data, "module versions",
		field{"core_consensus", &v.CoreConsensus, false},
		field{"module_consensus", &v.Consensus, false},
		field{"api", &v.API, false})
}
