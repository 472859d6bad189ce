package workshop

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/difference"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/store"
)

// PublishInput says whether to move open deals, and where to where it is not plain.
type PublishInput struct {
	Move bool              `name:"move" json:"move,omitempty" help:"Move open deals to this version."`
	Map  map[string]string `name:"map" placeholder:"FROM=TO" mapsep:"none" json:"map,omitempty" help:"Where deals of a stage go; repeat."`
	Yes  bool              `name:"yes" short:"y" json:"yes,omitempty" help:"Do not ask."`
}

// Publication is the answer of PublishPlaybook.
type Publication struct {
	Hash      string                `json:"hash"`
	Published bool                  `json:"published"` // false: refused for its findings, or nobody confirmed
	Known     bool                  `json:"known"`     // this version was kept before
	Changes   difference.Difference `json:"changes"`   // from the version before
	Pinned    int                   `json:"pinned"`    // open deals that stay on another version
	Moved     int                   `json:"moved"`
	Moves     []PlannedMove         `json:"moves"` // with --move: where deals of each stage go, or went
	Found     diag.Findings         `json:"findings"`
}

// PlannedMove says where the open deals of a stage go.
type PlannedMove struct {
	From  throughline.Address `json:"from"`
	To    throughline.Address `json:"to"`
	Deals int                 `json:"deals"`
}

// Findings gives what keeps it from being published, or deals from being moved.
func (p Publication) Findings() diag.Findings { return p.Found }

// Publish keeps this version of the playbook; open deals stay on theirs. Where
// another is published in the same moment it is a conflict.
func Publish(ctx context.Context, d *Bench, in PublishInput) (Publication, error) {
	const op = "publish playbook"
	if len(in.Map) > 0 && !in.Move {
		return Publication{}, throughline.Fail(op, throughline.Invalid, "", errors.New("--map says where deals go when they are moved; add --move"))
	}
	versions, err := LoadVersions(ctx, d)
	if err != nil {
		return Publication{}, err
	}
	return publish(ctx, d, in, versions)
}

// publish publishes after the versions that were looked at: where another was
// published since, it is a conflict.
func publish(ctx context.Context, d *Bench, in PublishInput, versions []desk.PublishedBook) (Publication, error) {
	out := Publication{Hash: d.Book.Hash, Found: diag.Findings{}, Moves: []PlannedMove{}}
	out.Found = d.errors()
	if out.Found = d.namedAsGiven(out.Found); len(out.Found) > 0 {
		return out, nil
	}
	now := d.Present().UTC()
	shipped, err := d.shippedBefore(ctx, versions, now)
	if err != nil {
		return out, err
	}
	if shipped != nil {
		versions = []desk.PublishedBook{*shipped}
	}
	kept := func(hash string) bool {
		return slices.ContainsFunc(versions, func(v desk.PublishedBook) bool { return v.Hash == hash })
	}
	if n := len(versions); n > 0 && kept(d.Book.Hash) && saying(versions[n-1].Hash) != d.Book.Hash { // an older one is to hold again
		own, book := *d, *d.Book
		book.Hash = again(d.Book.Hash, kept)
		own.Book = &book
		d, out.Hash = &own, book.Hash
	}
	out.Known = kept(d.Book.Hash)
	pinned := *d
	pinned.Versions = versions
	if !out.Known {
		pinned.Versions = append(slices.Clone(versions), desk.PublishedBook{Version: store.Version{Hash: d.Book.Hash, Published: now}, Book: d.Book})
	}
	open, err := openDeals(ctx, &pinned)
	if err != nil {
		return out, err
	}
	stages := map[throughline.Address]int{}
	var elsewhere []*deal.Summary
	for _, s := range open {
		if pinned.BookOf(s).Hash != d.Book.Hash {
			elsewhere = append(elsewhere, s)
			stages[s.Stage.Value.Stage]++
		}
	}
	out.Pinned = len(elsewhere)
	if n := len(versions); n > 0 {
		out.Changes = difference.Of(versions[n-1].Book, d.Book, stages)
	}
	target, findings := moveTargets(&pinned, in, elsewhere)
	if in.Move {
		if out.Found = append(diag.Findings{}, findings...); len(findings) > 0 {
			return out, nil
		}
		for _, from := range slices.Sorted(maps.Keys(target)) {
			out.Moves = append(out.Moves, PlannedMove{from, target[from], stages[from]})
		}
	}
	if agreed, err := out.agreed(d, in); err != nil || !agreed {
		return out, err
	}
	files, err := pack(d.BookFiles)
	if err != nil {
		return out, err
	}
	last := ""
	if shipped != nil {
		if _, err := d.Ledger.PublishAfter(ctx, d.Workspace, last, shipped.Version); err != nil {
			return out, err
		}
	}
	if n := len(versions); n > 0 {
		last = versions[n-1].Hash
	}
	if _, err := d.Ledger.PublishAfter(ctx, d.Workspace, last, store.Version{Hash: d.Book.Hash, Name: d.Book.Name.In("en"), Published: now,
		Files: files}); err != nil {
		return out, err
	}
	out.Published = true
	if !in.Move {
		return out, nil
	}
	batch := movedTo(&pinned, d.Book, elsewhere, target, now)
	out.Moved = len(elsewhere)
	_, err = d.Ledger.Append(ctx, d.Workspace, batch)
	out.Pinned -= out.Moved
	return out, err
}

// errors are the findings that keep a playbook from being published.
func (b *Bench) errors() diag.Findings {
	out := diag.Findings{}
	for _, f := range append(slices.Clone(b.Findings), lint.Playbook(b.Book, b.bookText, lint.Measured{}).Findings...) {
		if f.Severity == diag.Error {
			out = append(out, f)
		}
	}
	return out
}

// movedTo are the facts by which deals under other versions go by a book: that
// each was moved, and the stage it is in there. Said again, they are the same
// facts.
func movedTo(pinned *Bench, book *playbook.Playbook, deals []*deal.Summary, target map[throughline.Address]throughline.Address, now time.Time) store.Batch {
	var batch store.Batch
	source := deal.Source{System: "playbook", Record: book.Hash}
	for _, s := range deals {
		add := func(b deal.Body, kind string) {
			id := throughline.KeyedID(now, "playbook", book.Hash, s.Deal.String(), kind)
			batch.Facts = append(
				batch.Facts,
				deal.Fact{ID: throughline.FactID(id), Deal: s.Deal, Happened: now, Learned: now, Recorded: now, By: pinned.Actor(), Source: source, Body: b},
			)
		}
		add(deal.PlaybookMoved{From: pinned.BookOf(s).Hash, To: book.Hash}, "moved")
		if from := s.Stage.Value.Stage; from != "" && target[from] != from {
			add(deal.StageMoved{Stage: target[from], Foreign: s.Stage.Value.Foreign}, "stage")
		}
	}
	return batch
}

// agreed shows what would be and asks. Where nobody is there to be asked the
// answer itself says what would be, and that nothing was done.
func (p *Publication) agreed(d *Bench, in PublishInput) (bool, error) {
	switch {
	case in.Yes:
		return true, nil
	case d.Confirm == nil:
		p.Found = append(p.Found, diag.Finding{Check: "playbook-unpublished", Severity: diag.Warning, Value: p.Hash,
			Message: "nothing was published: nobody is there to be asked", Hint: "--yes publishes without asking"})
		return false, nil
	}
	if d.Show != nil {
		for _, s := range p.Changes.Sentences {
			fmt.Fprintf(d.Show, "%-16s %s\n", s.For, s.Text)
		}
		for _, m := range p.Moves {
			if m.From != m.To {
				fmt.Fprintf(d.Show, "%-16s %s -> %s (%d)\n", "deals", m.From, m.To, m.Deals)
			}
		}
	}
	question := fmt.Sprintf("Publish %s?", d.Book.Name.In(d.Language))
	switch n := p.Pinned; {
	case in.Move && n > 0:
		question = fmt.Sprintf("Publish %s and move %d open deals to it?", d.Book.Name.In(d.Language), n)
	case n > 0:
		question = fmt.Sprintf("Publish %s? %d open deals stay on the version they follow; --move moves them.", d.Book.Name.In(d.Language), n)
	}
	return d.Confirm(question), nil
}

// shippedBefore is the version that ships, where deals followed it and nobody
// published any: it is kept first, so that they stay where they are.
func (d *Bench) shippedBefore(ctx context.Context, versions []desk.PublishedBook, now time.Time) (*desk.PublishedBook, error) {
	if len(versions) > 0 || d.Shipped == nil {
		return nil, nil
	}
	counts, err := d.Read().Counts(ctx)
	if err != nil || counts.Deals == 0 {
		return nil, err
	}
	book, _ := d.Compile(d.Shipped)
	if book == nil || book.Hash == d.Book.Hash {
		return nil, nil
	}
	files, err := pack(d.Shipped)
	if err != nil {
		return nil, err
	}
	return &desk.PublishedBook{
		Version: store.Version{Hash: book.Hash, Name: book.Name.In("en"), Published: now.Add(-time.Microsecond), Files: files},
		Book:    book,
	}, nil
}

// moveTargets says to which stage deals of each stage go: the same where it is
// still there, else what the caller said, else what the comparison proposes. A
// stage for which none of these speaks is a finding; so is a target that is
// none, and so is what the caller said of a stage that no version has.
func moveTargets(d *Bench, in PublishInput, open []*deal.Summary) (map[throughline.Address]throughline.Address, diag.Findings) {
	out := map[throughline.Address]throughline.Address{}
	found := unknownMoves(d, in)
	proposed := map[string]map[throughline.Address]throughline.Address{} // by the version moved from
	for _, s := range open {
		from := s.Stage.Value.Stage
		if _, done := out[from]; done || from == "" {
			continue
		}
		to := from
		if said, ok := in.Map[string(from)]; ok {
			to = throughline.Address(said)
		} else if _, there := d.Book.Stage(from); !there {
			was := d.BookOf(s)
			if proposed[was.Hash] == nil {
				proposed[was.Hash] = map[throughline.Address]throughline.Address{}
				for _, m := range difference.Of(was, d.Book, nil).Moves {
					proposed[was.Hash][m.From] = m.To
				}
			}
			to = proposed[was.Hash][from]
		}
		out[from] = to
		if _, said := in.Map[string(from)]; said {
			continue // a target that is none is found above
		}
		if _, there := d.Book.Stage(to); !there {
			found = append(found, diag.Finding{Check: "playbook-move", Severity: diag.Error, Address: from, Value: string(to),
				Message: fmt.Sprintf(
					"open deals stand at %s, and nothing says where they go",
					from,
				), Hint: fmt.Sprintf("--map %s=STAGE says it", from)})
		}
	}
	return out, found
}

// unknownMoves finds what --map says of stages that are not there: the first
// must be a stage of some version, the second one of this.
func unknownMoves(d *Bench, in PublishInput) diag.Findings {
	stages := func(books ...*playbook.Playbook) []string {
		var out []string
		for _, b := range books {
			for _, pr := range b.Processes {
				for _, s := range pr.Stages {
					if !slices.Contains(out, string(s.Addr)) {
						out = append(out, string(s.Addr))
					}
				}
			}
		}
		return out
	}
	books := []*playbook.Playbook{d.Book}
	for _, v := range d.Versions {
		books = append(books, v.Book)
	}
	every, here := stages(books...), stages(d.Book)
	var found diag.Findings
	say := func(side, addr, where string, known []string) {
		f := diag.Finding{Check: "playbook-move", Severity: diag.Error, Address: throughline.Address(addr), Value: addr,
			Message: fmt.Sprintf("--map: there is no stage %q %s", addr, where), Hint: side + " is one of " + strings.Join(known, ", ")}
		if f.Nearest = diag.Nearest(addr, known); f.Nearest != "" {
			f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
		}
		found = append(found, f)
	}
	for _, from := range slices.Sorted(maps.Keys(in.Map)) {
		if !slices.Contains(every, from) {
			say("FROM", from, "in any version of the playbook", every)
		}
		if to := in.Map[from]; !slices.Contains(here, to) {
			say("TO", to, "in this version", here)
		}
	}
	return found
}

func openDeals(ctx context.Context, d *Bench) ([]*deal.Summary, error) {
	var out []*deal.Summary
	err := d.EachSummary(ctx, d.Now(), false, func(s *deal.Summary) {
		if s.Outcome() == throughline.StillOpen {
			own := *s
			out = append(out, &own)
		}
	})
	return out, err
}

// LoadVersions compiles the published versions. One that this program cannot
// compile any more is an error that names it.
func LoadVersions(ctx context.Context, d *Bench) ([]desk.PublishedBook, error) {
	kept, err := d.Read().Playbooks(ctx)
	if err != nil {
		return nil, err
	}
	var out []desk.PublishedBook
	for _, v := range kept {
		r, err := zip.NewReader(bytes.NewReader(v.Files), int64(len(v.Files)))
		if err != nil {
			return nil, throughline.Fail("open published playbook", throughline.Corrupt, v.Hash, err)
		}
		book, found := d.Compile(r)
		if book == nil {
			return nil, throughline.Fail("open published playbook", throughline.Unsupported, v.Hash, errUnusable)
		}
		book.Hash = v.Hash // as it was published; a newer program may count other fields
		out = append(out, desk.PublishedBook{Version: v, Book: book, Findings: found})
	}
	return out, nil
}

// mostFolder bounds what is packed of a playbook's folder.
const mostFolder = 64 << 20

// pack puts the files of a playbook into an archive whose bytes depend on
// their names and texts only.
func pack(files fs.FS) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	total := 0
	err := fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if ext := path[max(0, len(path)-5):]; ext != ".yaml" && path[max(0, len(path)-4):] != ".yml" {
			return nil
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		if total += len(text); total > mostFolder {
			return errors.New("the folder is larger than 64 MB")
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = io.Copy(w, bytes.NewReader(text))
		}
		return err
	})
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, throughline.Fail("pack playbook", throughline.Unavailable, "", err)
	}
	return b.Bytes(), nil
}
