package operation

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
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/difference"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/store"
)

// PublishPlaybook is `throughline playbook publish`.
var PublishPlaybook = define(Operation{
	Words:   []string{"playbook", "publish"},
	Summary: "Keep this version of the playbook; open deals stay on theirs",
	About: "Stores the playbook as it is, if it has no errors. Deals that open from then on follow it; open deals stay on the version that was " +
		"in force when they opened. --move moves them, by a mapping of stages that is shown first and that a person confirms; each move is " +
		"recorded as a fact of the deal. Without --yes and without anybody to ask, nothing is written and the answer says what would be.",
	Examples: []string{"throughline playbook publish --playbook ./playbook", "throughline playbook publish --playbook ./playbook --move",
		"throughline playbook publish --playbook ./playbook --move --map process/standard/stage/scope=process/standard/stage/frame --yes"},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, publishPlaybook)

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
	Found     diag.Findings         `json:"findings"`
}

// Findings gives what keeps it from being published, or deals from being moved.
func (p Publication) Findings() diag.Findings { return p.Found }

// PublishedBook is a published version, compiled.
type PublishedBook struct {
	store.Version
	Book *playbook.Playbook
}

// bookOf gives the version of the playbook that a deal follows: the one it was
// moved to, else the one in force when it opened, else the oldest.
func (d *Desk) bookOf(s *deal.Summary) *playbook.Playbook {
	if len(d.Versions) == 0 {
		return d.Book
	}
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

func publishPlaybook(ctx context.Context, d *Desk, in PublishInput) (Publication, error) {
	versions, err := LoadVersions(ctx, d)
	if err != nil {
		return Publication{}, err
	}
	out := Publication{Hash: d.Book.Hash, Found: diag.Findings{}}
	for _, f := range append(slices.Clone(d.Findings), lint.Playbook(d.Book, d.bookText, lint.Measured{}).Findings...) {
		if f.Severity == diag.Error {
			out.Found = append(out.Found, f)
		}
	}
	if out.Found = d.namedAsGiven(out.Found); len(out.Found) > 0 {
		return out, nil
	}
	pinned := *d
	pinned.Versions = versions
	open, err := openDeals(ctx, &pinned)
	if err != nil {
		return out, err
	}
	stages := map[throughline.Address]int{}
	var elsewhere []*deal.Summary
	for _, s := range open {
		if book := pinned.bookOf(s); len(versions) > 0 && book.Hash != d.Book.Hash {
			elsewhere = append(elsewhere, s)
			stages[s.Stage.Value.Stage]++
		}
	}
	out.Pinned = len(elsewhere)
	if n := len(versions); n > 0 {
		out.Changes = difference.Of(versions[n-1].Book, d.Book, stages)
	}
	out.Known = slices.ContainsFunc(versions, func(v PublishedBook) bool { return v.Hash == d.Book.Hash })
	target, findings := moveTargets(&pinned, in, elsewhere)
	if in.Move {
		if out.Found = findings; len(findings) > 0 {
			return out, nil
		}
	}
	question := fmt.Sprintf("Publish %s?", d.Book.Name.In(d.Language))
	if in.Move && len(elsewhere) > 0 {
		question = fmt.Sprintf("Publish %s and move %d open deals to it?", d.Book.Name.In(d.Language), len(elsewhere))
	}
	if !in.Yes {
		for _, s := range out.Changes.Sentences {
			if d.Show != nil {
				fmt.Fprintf(d.Show, "%-16s %s\n", s.For, s.Text)
			}
		}
		for _, from := range slices.Sorted(maps.Keys(target)) {
			if d.Show != nil && in.Move && from != target[from] {
				fmt.Fprintf(d.Show, "%-16s %s -> %s (%d)\n", "deals", from, target[from], stages[from])
			}
		}
		if d.Confirm == nil || !d.Confirm(question) {
			return out, nil
		}
	}
	files, err := pack(d.BookFiles)
	if err != nil {
		return out, err
	}
	now := d.Now().UTC()
	if _, err := d.Ledger.PublishPlaybook(ctx, d.Workspace, store.Version{Hash: d.Book.Hash, Name: d.Book.Name.In("en"), Published: now, Files: files}); err != nil {
		return out, err
	}
	out.Published = true
	if !in.Move {
		return out, nil
	}
	var batch store.Batch
	for _, s := range elsewhere {
		source := deal.Source{System: "playbook", Record: d.Book.Hash}
		add := func(b deal.Body, kind string) {
			id := throughline.KeyedID(now, "playbook", d.Book.Hash, s.Deal.String(), kind)
			batch.Facts = append(batch.Facts, deal.Fact{ID: throughline.FactID(id), Deal: s.Deal, Happened: now, Learned: now, Recorded: now, Source: source, Body: b})
		}
		add(deal.PlaybookMoved{From: pinned.bookOf(s).Hash, To: d.Book.Hash}, "moved")
		if from := s.Stage.Value.Stage; from != "" && target[from] != from {
			add(deal.StageMoved{Stage: target[from], Foreign: s.Stage.Value.Foreign}, "stage")
		}
		out.Moved++
	}
	_, err = d.Ledger.Append(ctx, d.Workspace, batch)
	out.Pinned -= out.Moved
	return out, err
}

// moveTargets says to which stage deals of each stage go: the same where it is
// still there, else what the caller said, else what the comparison proposes. A
// stage for which none of these speaks is a finding; so is a target that is none.
func moveTargets(d *Desk, in PublishInput, open []*deal.Summary) (map[throughline.Address]throughline.Address, diag.Findings) {
	out := map[throughline.Address]throughline.Address{}
	var found diag.Findings
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
			was := d.bookOf(s)
			if proposed[was.Hash] == nil {
				proposed[was.Hash] = map[throughline.Address]throughline.Address{}
				for _, m := range difference.Of(was, d.Book, nil).Moves {
					proposed[was.Hash][m.From] = m.To
				}
			}
			to = proposed[was.Hash][from]
		}
		out[from] = to
		if _, there := d.Book.Stage(to); !there {
			found = append(found, diag.Finding{Check: "playbook-move", Severity: diag.Error, Address: from, Value: string(to),
				Message: fmt.Sprintf("open deals stand at %s, and nothing says where they go", from), Hint: fmt.Sprintf("--map %s=STAGE says it", from)})
		}
	}
	return out, found
}

func openDeals(ctx context.Context, d *Desk) ([]*deal.Summary, error) {
	var out []*deal.Summary
	err := eachSummary(ctx, d, d.Now(), false, func(s *deal.Summary) {
		if s.Outcome() == throughline.StillOpen {
			own := *s
			out = append(out, &own)
		}
	})
	return out, err
}

// LoadVersions compiles the published versions. One that this program cannot
// compile any more is an error that names it.
func LoadVersions(ctx context.Context, d *Desk) ([]PublishedBook, error) {
	kept, err := d.Ledger.Playbooks(ctx, d.Workspace)
	if err != nil {
		return nil, err
	}
	var out []PublishedBook
	for _, v := range kept {
		r, err := zip.NewReader(bytes.NewReader(v.Files), int64(len(v.Files)))
		if err != nil {
			return nil, throughline.Fail("open published playbook", throughline.Corrupt, v.Hash, err)
		}
		book, _ := d.Compile(r)
		if book == nil {
			return nil, throughline.Fail("open published playbook", throughline.Unsupported, v.Hash, errUnusable)
		}
		book.Hash = v.Hash // as it was published; a newer program may count other fields
		out = append(out, PublishedBook{Version: v, Book: book})
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
