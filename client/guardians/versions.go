package guardians

import (
	"errors"
	"iter"

	"satchel/client/wire"
)

// ErrNoVersion is that no guardian speaks a version of the core API that the
// client does. Guardians upgrade, so it is not final.
var ErrNoVersion = errors.New("no guardian speaks a version of the API that this wallet does")

// Versions are the versions of the API to speak with a federation.
type Versions struct {
	Core wire.Version
	// Modules has the modules for which there is one.
	Modules map[wire.ModuleID]wire.Version
}

// Discover chooses the versions of the API to speak with a federation, for the
// core and for each module that the client has. client has the consensus
// versions of the config and, for each major version of the API that the client
// speaks, the lowest minor one that it needs. peers has what guardians answered
// to "version".
//
// Guardians with another major consensus version, of the core or of the module,
// are left out. Of the major versions the one is chosen that most guardians
// have with a sufficient minor one, the lowest of several; of the minor
// versions the lowest of these guardians. The reference chooses the same.
//
// So a single guardian can lower the minor version, down to what the client
// needs, which makes requests slower and no more. To leave out the lowest ones
// would be worse. Requests are decided by a threshold of answers. Among a
// threshold that claims to have a version there may be liars, without whom too
// few are left to answer while an honest guardian is older: no request would
// come to an end. A version that a threshold has for certain is one that all
// claim to have.
func Discover(client wire.SupportedVersions, peers map[wire.PeerID]wire.SupportedVersions) (Versions, error) {
	versions := Versions{Modules: make(map[wire.ModuleID]wire.Version)}
	core, ok := common(client.Core.API, coreVersions(client.Core, peers))
	if !ok {
		return versions, ErrNoVersion
	}
	versions.Core = core
	for id, module := range client.Modules {
		if version, ok := common(module.API, moduleVersions(id, module, peers)); ok {
			versions.Modules[id] = version
		}
	}
	return versions, nil
}

// coreVersions yields the versions of the core API of each guardian that counts.
func coreVersions(client wire.SupportedCore, peers map[wire.PeerID]wire.SupportedVersions) iter.Seq[wire.APIVersions] {
	return func(yield func(wire.APIVersions) bool) {
		for _, peer := range peers {
			if peer.Core.Consensus.Major == client.Consensus.Major && !yield(peer.Core.API) {
				return
			}
		}
	}
}

// moduleVersions is coreVersions for a module.
func moduleVersions(id wire.ModuleID, client wire.SupportedModule, peers map[wire.PeerID]wire.SupportedVersions) iter.Seq[wire.APIVersions] {
	return func(yield func(wire.APIVersions) bool) {
		for _, peer := range peers {
			module, ok := peer.Modules[id]
			counts := ok && module.CoreConsensus.Major == client.CoreConsensus.Major &&
				module.Consensus.Major == client.Consensus.Major
			if counts && !yield(module.API) {
				return
			}
		}
	}
}

// common returns the version that most of the guardians have.
func common(client wire.APIVersions, peers iter.Seq[wire.APIVersions]) (best wire.Version, ok bool) {
	most := 0
	for _, needed := range client {
		count, lowest := 0, uint32(0)
		for list := range peers {
			minor, has := minorOf(list, needed.Major)
			if !has || minor < needed.Minor {
				continue
			}
			if count++; count == 1 || minor < lowest {
				lowest = minor
			}
		}
		if count > most {
			most, best = count, wire.Version{Major: needed.Major, Minor: lowest}
		}
	}
	return best, most > 0
}

// minorOf returns the minor version that a list has of a major one.
func minorOf(list wire.APIVersions, major uint32) (minor uint32, ok bool) {
	for _, v := range list {
		if v.Major == major {
			return v.Minor, true
		}
	}
	return 0, false
}
