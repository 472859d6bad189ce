package desk

import (
	"slices"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// PublishedBook is a published version, compiled.
type PublishedBook struct {
	store.Version
	Book     *playbook.Playbook
	Findings diag.Findings // what this program says about it
}

// BookOf gives the version of the playbook that a deal follows: the one it was
// moved to, else the one in force when it opened, else the oldest. A deal that
// stands at a stage which that version does not have follows the newest that
// has it: an export that is read today speaks today's stages, however old its
// deals are.
func (d *Desk) BookOf(s *deal.Summary) *playbook.Playbook {
	if len(d.Versions) == 0 {
		return d.Book
	}
	in := d.inForce(s)
	at := s.Stage.Value.Stage
	if at == "" {
		return in
	}
	if _, there := in.Stage(at); there {
		return in
	}
	for _, v := range slices.Backward(d.Versions) {
		if _, there := v.Book.Stage(at); there {
			return v.Book
		}
	}
	return in
}

func (d *Desk) inForce(s *deal.Summary) *playbook.Playbook {
	if s.Playbook.Set() {
		for _, v := range d.Versions {
			if v.Hash == s.Playbook.Value {
				return v.Book
			}
		}
	}
	in := d.Versions[0].Book
	if s.Opened.IsZero() {
		return in
	}
	for _, v := range d.Versions[1:] {
		if !v.Published.After(s.Opened) {
			in = v.Book
		}
	}
	return in
}

// Books are the versions of the playbook that deals follow.
func (d *Desk) Books() []*playbook.Playbook {
	out := []*playbook.Playbook{d.Book}
	for _, v := range d.Versions {
		if v.Book != d.Book {
			out = append(out, v.Book)
		}
	}
	return out
}

// Mapping is what foreign words mean by the playbook; empty where there is none.
func (d *Desk) Mapping() playbook.Mapping {
	if d.Book == nil {
		return playbook.Mapping{}
	}
	return d.Book.Mapping
}
