package wire

import (
	"slices"
	"strconv"
	"strings"
)

// A Scope says from where a host can be reached, as far as its name tells. A name
// of the global DNS may still have a private address: only whoever connects
// learns that.
type Scope byte

const (
	Global   Scope = iota // a public address, or a name that the DNS may have
	Loopback              // this device
	Local                 // a private or reserved address or name, or no name at all
)

// Scope returns the scope of the host. That of a scheme other than http, https,
// ws, wss and ftp is Local, since nothing is known of such hosts.
func (u SafeURL) Scope() Scope {
	host := u.Host()
	if _, special := urlPort(u.Scheme()); !special || host == "" {
		return Local
	}
	if host[0] == '[' {
		groups, _ := ipv6Groups(strings.Trim(host, "[]"))
		return ipv6Scope(groups)
	}
	labels := strings.Split(host, ".")
	if isNumber(labels[len(labels)-1]) {
		return ipv4Scope(labels)
	}
	return nameScope(labels)
}

// Host returns the host in its normal form, without the port and without the dot
// that a name may end in: "example.com", "192.0.2.1", "[2001:db8::1]".
func (u SafeURL) Host() string {
	host := u.authority()
	host = host[strings.LastIndexByte(host, '@')+1:]
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return strings.TrimSuffix(host, ".")
}

// HasCredentials reports whether there is a user or a password before the host.
func (u SafeURL) HasCredentials() bool { return strings.Contains(u.authority(), "@") }

func (u SafeURL) authority() string {
	_, rest, _ := strings.Cut(u.full, "://")
	authority, _ := cutAt(rest, "/?#")
	return authority
}

// localNames are the top-level domains that stand for the own network: those of
// RFC 6761, 6762 (with its appendix G) and 8375, and what ICANN set aside.
var localNames = []string{"local", "internal", "intranet", "private", "corp", "home", "lan", "localdomain", "test", "invalid"}

func nameScope(labels []string) Scope {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_"
	last := labels[len(labels)-1]
	if last == "localhost" {
		return Loopback
	}
	if len(labels) == 1 || slices.Contains(localNames, last) || last == "arpa" {
		return Local
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, letters) != "" {
			return Local
		}
	}
	return Global
}

// ipv4Reserved are the blocks of the IANA special-purpose address registry that
// are not globally reachable, multicast, and the relays of 6to4.
var ipv4Reserved = []struct {
	net  [4]byte
	bits int
}{
	{[4]byte{0}, 8}, {[4]byte{10}, 8}, {[4]byte{100, 64}, 10}, {[4]byte{169, 254}, 16}, {[4]byte{172, 16}, 12},
	{[4]byte{192, 0, 0}, 24}, {[4]byte{192, 0, 2}, 24}, {[4]byte{192, 88, 99}, 24}, {[4]byte{192, 168}, 16},
	{[4]byte{198, 18}, 15}, {[4]byte{198, 51, 100}, 24}, {[4]byte{203, 0, 113}, 24}, {[4]byte{224}, 3},
}

// ipv4Scope is that of four numbers, which checkIPv4 has accepted.
func ipv4Scope(labels []string) Scope {
	var address [4]byte
	for i, label := range labels {
		n, err := strconv.ParseUint(label, 10, 8)
		if err != nil || i >= len(address) {
			return Local
		}
		address[i] = byte(n)
	}
	if address[0] == 127 {
		return Loopback
	}
	for _, reserved := range ipv4Reserved {
		if number(address)>>(32-reserved.bits) == number(reserved.net)>>(32-reserved.bits) {
			return Local
		}
	}
	return Global
}

func number(address [4]byte) (n uint32) {
	for _, b := range address {
		n = n<<8 | uint32(b)
	}
	return n
}

// ipv6Scope takes nothing but global unicast for Global (RFC 4291, 2.4), and of
// it neither protocol assignments such as Teredo (2001::/23), nor 6to4, which
// holds an IPv4 address, nor documentation.
func ipv6Scope(groups [8]uint16) Scope {
	switch {
	case groups == [8]uint16{7: 1}:
		return Loopback
	case groups[0]>>13 != 1,
		groups[0] == 0x2001 && (groups[1] < 0x200 || groups[1] == 0xdb8),
		groups[0] == 0x2002,
		groups[0] == 0x3fff && groups[1] < 0x1000:
		return Local
	}
	return Global
}
