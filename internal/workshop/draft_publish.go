package workshop

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/difference"
	"github.com/throughline/throughline/internal/playbook/edit"
	"github.com/throughline/throughline/internal/playbook/source"
)

// PublishDraftInput names a draft and the revision that was reviewed.
type PublishDraftInput struct {
	ID   string `json:"id"`
	Seen int    `json:"seen"`
	Move bool   `json:"move,omitempty"` // open deals go along
}

var (
	errSeen    = throughline.Refuse("draft_seen", "the draft was changed since this was looked at; look again, then publish")
	errOutdone = throughline.Refuse("draft_outdone", "another version was published since this draft began; take it in first, then publish")
	errFolder  = throughline.Refuse(
		"draft_folder",
		"this server was given a playbook's folder, which holds for every deal; take the draft along as an archive, and put its files there",
	)
	errWrong = throughline.Refuse("draft_wrong", "it has errors that keep it from being used; mend them first")
)

// PublishDraft publishes a draft as it was reviewed. One whose base is no longer
// in force is not: that would undo what somebody else published.
func PublishDraft(ctx context.Context, b *Bench, in PublishDraftInput) (Publication, error) {
	const op = "publish draft"
	d, err := ShowDraft(ctx, b, DraftInput{ID: in.ID})
	if err != nil {
		return Publication{}, err
	}
	own := *b
	if own.Versions, err = LoadVersions(ctx, b); err != nil {
		return Publication{}, err
	}
	d.Newest = own.newest()
	var why error
	switch {
	case b.BookDir != "":
		why = errFolder
	case in.Seen > 0 && in.Seen != d.Revision:
		why = errSeen
	case d.Outdone():
		why = errOutdone
	case d.Book == nil || errorsOf(d.Found) > 0:
		why = errWrong
	}
	if why != nil {
		return Publication{Found: d.Found}, throughline.Fail(op, throughline.Conflict, "", why)
	}
	own.Book, own.BookFiles, own.Findings, own.Confirm, own.BookDir = d.Book, source.Memory(d.Files), nil, nil, ""
	out, err := publish(ctx, &own, PublishInput{Move: in.Move, Yes: true}, own.Versions)
	if throughline.KindOf(err) == throughline.Conflict && !out.Published { // somebody else was quicker
		err = throughline.Fail(op, throughline.Conflict, "", errOutdone)
	}
	if err != nil || !out.Published {
		return out, err
	}
	for try := 0; ; try++ {
		d.Base, d.Newest = out.Hash, out.Hash
		err := b.keep(ctx, &d, Did{Do: published})
		if throughline.KindOf(err) != throughline.Conflict || try >= mostTries {
			return out, err
		}
		// Somebody changed the draft while it was being published: it goes on from there.
		if d, err = ShowDraft(ctx, b, DraftInput{ID: in.ID}); err != nil {
			return out, err
		}
	}
}

func errorsOf(found diag.Findings) int {
	n := 0
	for _, f := range found {
		if f.Severity == diag.Error {
			n++
		}
	}
	return n
}

// merge takes into a draft what was published since it began, element by
// element: what only one side changed comes from that side; of what both
// changed the draft's stands, or the published where theirs names it, by its
// key or by its file.
func (b *Bench) merge(d *Draft, theirs []string) error {
	was, now, err := b.sides(*d)
	if err != nil {
		return err
	}
	d.Files, _ = edit.Merge(was, d.Files, now, chosen(theirs))
	d.Base = b.newest()
	return nil
}

// Clash is an element that two sides changed, each otherwise.
type Clash = edit.Clash

// chosen takes theirs of what is named.
func chosen(theirs []string) func(edit.Clash) bool {
	return func(c edit.Clash) bool { return slices.Contains(theirs, c.Key()) || slices.Contains(theirs, c.Path) }
}

// sides are the files of the version a draft began from, and of the newest.
func (b *Bench) sides(d Draft) (was, now edit.Files, err error) {
	switch {
	case d.Base != "":
		was, err = b.published(d.Base)
	case b.Shipped != nil: // nothing was published then, and deals followed what ships
		was, err = filesOf(b.Shipped)
	default:
		was = edit.Files{}
	}
	if err != nil {
		return nil, nil, err
	}
	now, err = b.published(Newest)
	return was, now, err
}

// Review is a draft held against what is in force and against our own history.
type Review struct {
	Draft    Draft                 `json:"draft"`
	Before   *playbook.Playbook    `json:"-"`                // what is in force
	Changes  difference.Difference `json:"changes"`          // from that
	Changed  []Change              `json:"changed"`          // the same, for people to read
	Both     []Clash               `json:"both,omitempty"`   // what the draft and what was published meanwhile both changed
	Folder   []Clash               `json:"folder,omitempty"` // what the draft and a folder that was brought both changed
	Affected []Affected            `json:"affected"`
	Moves    []difference.Move     `json:"moves,omitempty"`
	Dry      []DryProcess          `json:"dry"`
	Won      int                   `json:"won"` // deals of the history that were looked at
	Lost     int                   `json:"lost"`
	Quiet    int                   `json:"no_decision"`
	Versions []VersionView         `json:"versions"`
}

// VersionView is a published version.
type VersionView struct {
	Hash string `json:"hash"`
	Name string `json:"name"`
	On   string `json:"on"`
}

// Affected is how many open deals a process has now, and would have.
type Affected struct {
	Process throughline.Address `json:"process"`
	Now     int                 `json:"now"`
	Then    int                 `json:"then"` // if they opened today
}

// DryProcess is a process of the draft held against deals that have ended.
type DryProcess struct {
	Process    throughline.Address `json:"process"`
	Deals      int                 `json:"deals"` // that would have taken it
	Won        int                 `json:"won"`
	Milestones []DryMilestone      `json:"milestones"`
}

// DryMilestone says in how many ended deals a milestone was met, or, where
// nobody could tick it then, how often the question it serves was answered.
type DryMilestone struct {
	Milestone throughline.Address `json:"milestone"`
	Won       int                 `json:"won"`   // met in so many of the won
	Other     int                 `json:"other"` // and of the others
	Of        int                 `json:"of"`    // won deals
	OfOther   int                 `json:"of_other"`
	ByAnswer  bool                `json:"by_answer,omitempty"`
}

// mostEnded bounds how many ended deals a dry run looks at, the newest.
const mostEnded = 400

// ReviewDraft says what a draft would change, for whom, and how it would have
// done on the deals that have ended.
func ReviewDraft(ctx context.Context, b *Bench, in DraftInput) (Review, error) {
	d, err := ShowDraft(ctx, b, in)
	if err != nil {
		return Review{}, err
	}
	out := Review{Draft: d, Before: b.Book, Affected: []Affected{}, Dry: []DryProcess{}}
	for _, v := range slices.Backward(b.Versions) {
		out.Versions = append(out.Versions, VersionView{v.Hash, v.Name, throughline.DayOf(v.Published, b.Days()).String()})
	}
	if f := d.Beside.Folder; f != nil {
		was, theirs, err := b.folderSides(ctx, d, *f)
		if err != nil {
			return out, err
		}
		_, out.Folder = edit.Merge(was, d.Files, theirs, nil)
	}
	if d.Book == nil {
		return out, nil
	}
	if d.Outdone() {
		was, now, err := b.sides(d)
		if err != nil {
			return out, err
		}
		_, out.Both = edit.Merge(was, d.Files, now, nil)
	}
	stages := map[throughline.Address]int{}
	now, then := map[throughline.Address]int{}, map[throughline.Address]int{}
	open, ended, err := b.openAndEnded(ctx)
	if err != nil {
		return out, err
	}
	for _, s := range open {
		stages[s.Stage.Value.Stage]++
		was, _ := alignment.ProcessOf(&s, b.BookOf(&s))
		now[was.Address()]++
		next, _ := alignment.ProcessOf(&s, d.Book)
		then[next.Address()]++
	}
	if b.Book != nil {
		out.Changes = difference.Of(b.Book, d.Book, stages)
		out.Moves = out.Changes.Moves
		out.Changed = Changed(b.Book, d.Book)
	}
	for _, a := range slices.Sorted(maps.Keys(both(now, then))) {
		out.Affected = append(out.Affected, Affected{a, now[a], then[a]})
	}
	out.try(b, ended)
	return out, nil
}

// openAndEnded gives the deals that are open, and those that ended last, with
// their attributes, which rules ask for and streams leave out.
func (b *Bench) openAndEnded(ctx context.Context) (open, ended []deal.Summary, err error) {
	type closed struct {
		id throughline.DealID
		at time.Time
	}
	var ids []throughline.DealID
	var last []closed
	keep := func() {
		slices.SortFunc(last, func(x, y closed) int { return y.at.Compare(x.at) })
		last = last[:min(len(last), mostEnded)]
	}
	err = b.EachSummary(ctx, b.Present(), false, func(s *deal.Summary) {
		if s.Outcome() == throughline.StillOpen {
			ids = append(ids, s.Deal)
		} else if last = append(last, closed{s.Deal, s.Closed()}); len(last) >= 4*mostEnded {
			keep()
		}
	})
	if err != nil {
		return nil, nil, err
	}
	if open, err = b.Read().SummariesOf(ctx, ids); err != nil {
		return nil, nil, err
	}
	keep()
	ids = ids[:0]
	for _, x := range last {
		ids = append(ids, x.id)
	}
	ended, err = b.Read().SummariesOf(ctx, ids)
	return open, ended, err
}

func both(a, b map[throughline.Address]int) map[throughline.Address]int {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// try holds the processes of the draft against deals that have ended.
func (r *Review) try(b *Bench, ended []deal.Summary) {
	at := map[throughline.Address]int{}
	for _, pr := range r.Draft.Book.Processes {
		at[pr.Address()] = len(r.Dry)
		p := DryProcess{Process: pr.Address()}
		for _, m := range pr.Milestones {
			p.Milestones = append(p.Milestones, DryMilestone{Milestone: m.Addr, ByAnswer: !b.knows(m.Addr)})
		}
		r.Dry = append(r.Dry, p)
	}
	for i := range ended {
		s := &ended[i]
		won := s.Outcome() == throughline.Won
		switch {
		case won:
			r.Won++
		case s.Outcome() == throughline.NoDecision:
			r.Quiet++
		default:
			r.Lost++
		}
		reading := alignment.Of(s, r.Draft.Book, alignment.Norms{}, s.Closed().In(b.Days()))
		k, ok := at[reading.Process.Process]
		if !ok {
			continue
		}
		p := &r.Dry[k]
		p.Deals++
		if won {
			p.Won++
		}
		for k, m := range reading.Milestones {
			row := &p.Milestones[k]
			met := m.Met
			if row.ByAnswer {
				met = reading.Phase(m.Serves).State == throughline.Answered
			}
			switch {
			case won:
				row.Of++
				row.Won += one(met)
			default:
				row.OfOther++
				row.Other += one(met)
			}
		}
	}
}

// knows reports whether any version that deals followed had a milestone.
func (b *Bench) knows(milestone throughline.Address) bool {
	return slices.ContainsFunc(b.Books(), func(book *playbook.Playbook) bool {
		if book == nil {
			return false
		}
		_, there := book.Milestone(milestone)
		return there
	})
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// again is the hash under which an older version is published once more: its
// own, with how often it was.
func again(hash string, taken func(string) bool) string {
	for n := 2; ; n++ {
		if next := fmt.Sprintf("%s-%d", hash, n); !taken(next) {
			return next
		}
	}
}

// saying is the hash of what a version says, however often it was published.
func saying(hash string) string {
	said, _, _ := strings.Cut(hash, "-")
	return said
}
