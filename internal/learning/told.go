package learning

import (
	"strconv"

	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
)

// What was found in a history is codes and numbers. An answer carries its
// sentences beside them, in the English that programs count on; a face says them
// to a person from the same codes. The functions below put the sentences in, and
// give back what they were given.

func toldPartition(m *mining.Partition) *mining.Partition {
	p := phrase.ForPrograms()
	m.Words = p.Partition(m)
	for i := range m.Groups {
		m.Groups[i].Words = p.Group(m.Groups[i])
	}
	for i := range m.Notices {
		m.Notices[i].Words = p.Notice(m.Notices[i])
	}
	for i := range m.Skipped {
		m.Skipped[i].Words = p.NoGround(m.Skipped[i].Why)
	}
	return m
}

func toldMilestones(u *mining.Usefulness) *mining.Usefulness {
	p := phrase.ForPrograms()
	for i := range u.Milestones {
		u.Milestones[i].Words = p.Milestone(u.Milestones[i])
	}
	for i := range u.Aside {
		u.Aside[i].Words = p.SetAside(u.Aside[i])
	}
	return u
}

func toldRoad(r *mining.Conformance) *mining.Conformance {
	r.Words = phrase.ForPrograms().Fit(r)
	return r
}

func toldHandover(h *mining.Handover) *mining.Handover {
	p := phrase.ForPrograms()
	days := func(d float64) string { return strconv.FormatFloat(d, 'f', 0, 64) }
	h.Words = append(h.Words, p.Handover(h, func(d float64) string { return p.Say("mine.days_whole", "x", days(d)) }, days)...)
	return h
}
