package throughline

import (
	"strings"
)

// Address names an element of a playbook: "journey/p3", "contracting/k3",
// "change/c2", "process/enterprise/stage/scope",
// "process/enterprise/milestone/problem-statement", "pack/jolt",
// "pack/jolt/tool/risk-menu", "preset/us-federal". The same spelling stands in
// the YAML, the URL, the command line, the database and the message. An address
// names; whether the element exists is the playbook's business.
type Address string

// ParseAddress checks the spelling: lower-case segments of letters, digits and
// hyphens, with a known first segment.
func ParseAddress(s string) (Address, error) {
	parts := strings.Split(s, "/")
	if len(parts) < 2 || len(parts) > 4 {
		return "", Refuse("unknown_word", "address %q has %d segments, not 2 to 4", "word", s, "n", len(parts))
	}
	for _, p := range parts {
		if !Slug(p) {
			return "", Refuse("unknown_word", "address %q: segment %q is not lower-case letters, digits, '_' and '-'", "word", s, "part", p)
		}
	}
	switch parts[0] {
	case "journey":
		if _, ok := ParsePhase(parts[1]); !ok {
			return "", Refuse("unknown_word", "address %q: %q is no phase p1 to p9", "word", s, "part", parts[1])
		}
	case "contracting", "change":
		st, ok := ParseStep(parts[1])
		if !ok || string(st.Track) != parts[0] {
			return "", Refuse("unknown_word", "address %q: %q is no step of %s", "word", s, "part", parts[1], "of", parts[0])
		}
	case "process":
		if len(parts) == 4 && parts[2] != "stage" && parts[2] != "milestone" {
			return "", Refuse("unknown_word", "address %q: a process has stages and milestones, not %q", "word", s, "part", parts[2])
		}
		if len(parts) == 3 {
			return "", Refuse("unknown_word", "address %q stops after %q", "word", s, "part", parts[2])
		}
	case "pack":
	case "preset":
	default:
		return "", Refuse("unknown_word", "address %q begins with none of journey, contracting, change, process, pack, preset", "word", s)
	}
	return Address(s), nil
}

// Slug reports whether s can be a segment of an address: lower-case letters,
// digits, hyphens and underscores, 1 to 64 of them.
func Slug(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// Phase gives the phase of a journey address, and false for any other.
func (a Address) Phase() (Phase, bool) {
	rest, ok := strings.CutPrefix(string(a), "journey/")
	if !ok {
		return NoPhase, false
	}
	head, _, _ := strings.Cut(rest, "/")
	return ParsePhase(head)
}

// Step gives the track step of a contracting or change address.
func (a Address) Step() (Step, bool) {
	for _, t := range []Track{Contracting, Change} {
		if rest, ok := strings.CutPrefix(string(a), string(t)+"/"); ok {
			return ParseStep(rest)
		}
	}
	return Step{}, false
}

// Kind says what an address names: "question", "step", "process", "stage",
// "milestone", "pack", "tool", "preset"; "" for none of these.
func (a Address) Kind() string {
	parts := strings.Split(string(a), "/")
	switch {
	case parts[0] == "journey":
		return "question"
	case parts[0] == string(Contracting), parts[0] == string(Change):
		return "step"
	case len(parts) == 4:
		return parts[2]
	case len(parts) == 2:
		return parts[0]
	}
	return ""
}

// Pack gives the pack that an address names, or whose tool it names.
func (a Address) Pack() (id string, ok bool) {
	rest, ok := strings.CutPrefix(string(a), "pack/")
	id, _, _ = strings.Cut(rest, "/")
	return id, ok && id != ""
}

// Milestone reports whether a names a milestone of a process.
func (a Address) Milestone() bool { return strings.Contains(string(a), "/milestone/") }

// Last gives the last segment.
func (a Address) Last() string {
	return string(a[strings.LastIndexByte(string(a), '/')+1:])
}

// StageAddress names a stage of a process.
func StageAddress(process, stage string) Address {
	return Address("process/" + process + "/stage/" + stage)
}

// MilestoneAddress names a milestone of a process.
func MilestoneAddress(process, milestone string) Address {
	return Address("process/" + process + "/milestone/" + milestone)
}
