package workshop

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/edit"
	"github.com/throughline/throughline/internal/playbook/howmany"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/internal/store"
)

// Draft is a playbook that is being worked on, as of one revision.
type Draft struct {
	store.Draft
	Files  edit.Files         `json:"-"`
	Beside Beside             `json:"beside"`
	Book   *playbook.Playbook `json:"-"` // nil where what is wrong leaves nothing to work with
	Usable bool               `json:"usable"`
	Found  diag.Findings      `json:"findings"`
	Newest string             `json:"newest,omitempty"` // the hash of the newest published version
}

// Outdone reports whether another version was published since the draft began.
func (d Draft) Outdone() bool { return d.Newest != d.Base }

// Beside is what belongs to the work on a playbook and not into its files.
type Beside struct {
	Stories   []Story        `json:"stories,omitempty"`
	Offers    []howmany.Cell `json:"offers,omitempty"`    // what the question how many was asked of
	Proposals []Proposal     `json:"proposals,omitempty"` // words that were not written over somebody else's
	Folder    *Folder        `json:"folder,omitempty"`    // files that were brought and of which something is still to be chosen
}

// Story is a past deal as it was told: its name, how it ended, and what
// somebody at the customer did. Any of them may be empty, or be words that
// nobody can read yet; nothing typed is thrown away.
type Story struct {
	Name string `json:"name,omitempty"`
	End  string `json:"end,omitempty"` // won, lost, no_decision
	Act  string `json:"act,omitempty"`
	Made string `json:"made,omitempty"` // the milestone that was made of it, its address
}

// Ends of a story.
const (
	StoryWon        = "won"
	StoryLost       = "lost"
	StoryNoDecision = "no_decision"
)

// Lacks says what keeps a story from being read: "name", "end" or "act"; "" for nothing.
func (s Story) Lacks() string {
	switch {
	case strings.TrimSpace(s.Name) == "":
		return "name"
	case !slices.Contains([]string{StoryWon, StoryLost, StoryNoDecision}, s.End):
		return "end"
	case strings.TrimSpace(s.Act) == "":
		return "act"
	}
	return ""
}

// Proposal is words somebody wrote for an element that another had written
// meanwhile.
type Proposal struct {
	ID   string               `json:"id"`
	Edit Edit                 `json:"edit"`
	By   throughline.PersonID `json:"by,omitzero"`
	At   time.Time            `json:"at"`
	Seen int                  `json:"seen,omitempty"` // the revision it was written on
}

// ListDrafts gives the drafts that are not put away, the newest first.
func ListDrafts(ctx context.Context, b *Bench) (DraftList, error) {
	all, err := b.Ledger.Drafts(ctx, b.Workspace)
	out := DraftList{Drafts: []store.Draft{}}
	for _, d := range all {
		if !d.Gone {
			out.Drafts = append(out.Drafts, d)
		}
	}
	return out, err
}

// DraftList is the answer of ListDrafts.
type DraftList struct {
	Drafts []store.Draft `json:"drafts"`
}

// DraftInput names a draft and, where an earlier state is meant, its revision.
type DraftInput struct {
	ID       string `arg:"" name:"id" path:"id" json:"id" help:"The draft."`
	Revision int    `name:"revision" query:"revision" json:"revision,omitempty" help:"An earlier state of it."`
}

// ShowDraft gives a draft, compiled and linted.
func ShowDraft(ctx context.Context, b *Bench, in DraftInput) (Draft, error) {
	id, err := throughline.ParseID(in.ID)
	if err != nil {
		return Draft{}, throughline.Fail("open draft", throughline.NotFound, in.ID, nil)
	}
	kept, err := b.Ledger.Draft(ctx, b.Workspace, id, in.Revision)
	if err != nil {
		return Draft{}, err
	}
	return b.draft(kept)
}

func (b *Bench) draft(kept store.Draft) (Draft, error) {
	out := Draft{Draft: kept, Newest: b.newest()}
	var err error
	if out.Files, err = unpack(kept.Files); err != nil {
		return out, throughline.Fail("open draft", throughline.Corrupt, kept.ID.String(), err)
	}
	if out.Beside, err = besideIn(kept); err != nil {
		return out, err
	}
	out.judge(b)
	return out, nil
}

// besideIn reads what a revision keeps beside its files.
func besideIn(kept store.Draft) (out Beside, err error) {
	if len(kept.Beside) > 0 {
		if err := json.Unmarshal(kept.Beside, &out); err != nil {
			return out, throughline.Fail("open draft", throughline.Corrupt, kept.ID.String(), err)
		}
	}
	return out, nil
}

// judge compiles and lints the files.
func (d *Draft) judge(b *Bench) {
	d.Book, d.Found = b.Compile(source.Memory(d.Files))
	if d.Usable = d.Book != nil; d.Usable {
		d.Found = append(d.Found, unsaid(d.Book.Mapping)...)
		d.Found = append(d.Found, lint.Playbook(d.Book, func(file string) []byte { return d.Files[file] }, lint.Measured{}).Findings...)
	}
	d.Found = append(diag.Findings{}, d.Found...)
	d.Found.Sort()
}

// newest is the hash of the version that was published last.
func (b *Bench) newest() string {
	if n := len(b.Versions); n > 0 {
		return b.Versions[n-1].Hash
	}
	return ""
}

// keep appends a revision with what was done.
func (b *Bench) keep(ctx context.Context, d *Draft, did Did) error {
	files, err := pack(source.Memory(d.Files))
	if err != nil {
		return err
	}
	said, err := json.Marshal(did)
	if err == nil {
		d.Draft.Beside, err = json.Marshal(d.Beside)
	}
	if err != nil {
		return throughline.Fail("keep draft", throughline.Internal, d.Name, err)
	}
	d.Revision, d.Draft.Files, d.Did, d.Author, d.Written = d.Revision+1, files, string(said), b.Author, b.Now().UTC().Truncate(time.Microsecond)
	return b.Ledger.ReviseDraft(ctx, b.Workspace, d.Draft)
}

// Did is what a revision did.
type Did struct {
	Do string `json:"do"`
	At string `json:"at,omitempty"` // the element, as Edit.At gives it
	To int    `json:"to,omitempty"` // of an undo: the revision whose state this is
}

// ParseDid reads what a revision says it did.
func ParseDid(text string) (d Did) {
	_ = json.Unmarshal([]byte(text), &d) // what cannot be read was nothing that is known
	return d
}

// content is the revision whose state a revision has.
func content(history []store.Draft, revision int) int {
	if revision < 1 || revision > len(history) {
		return 0
	}
	if to := ParseDid(history[revision-1].Did).To; to > 0 {
		return to
	}
	return revision
}

// Limits of a folder that is taken in.
const (
	mostFiles = source.MostFiles
	mostTotal = source.MostTotal
)

var errNoBook = throughline.Refuse("archive", "it holds no playbook.yaml")

// unpack reads the files of a playbook out of a zip archive: those beside
// playbook.yaml, wherever in it that stands.
func unpack(archive []byte) (edit.Files, error) {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	root, found := "", false
	for _, f := range r.File {
		if dir, base := path.Split(f.Name); base == "playbook.yaml" && (!found || len(dir) < len(root)) && !strings.Contains(dir, "__MACOSX") {
			root, found = dir, true
		}
	}
	if !found {
		return nil, errNoBook
	}
	out, total := edit.Files{}, int64(0)
	for _, f := range r.File {
		name, inside := strings.CutPrefix(f.Name, root)
		if !inside || !fs.ValidPath(name) || path.Ext(name) != ".yaml" || strings.HasPrefix(path.Base(name), ".") {
			continue
		}
		if len(out) >= mostFiles {
			return nil, throughline.Refuse("archive_large", "it has more than %d files", "most", mostFiles)
		}
		in, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(io.LimitReader(in, mostTotal-total+1))
		in.Close()
		if err != nil {
			return nil, err
		}
		if total += int64(len(text)); total > mostTotal {
			return nil, throughline.Refuse("archive_large", "its files have more than %d MB together", "most", mostTotal>>20)
		}
		out[name] = text
	}
	return out, nil
}

// Archive is the draft's folder as a zip file. It says of itself which revision
// it is, so that the folder can be brought back after it was worked on.
func (d Draft) Archive() ([]byte, error) {
	files, err := pack(source.Memory(d.Files))
	if err != nil {
		return nil, err
	}
	return marked(files, d.ID.String()+" "+strconv.Itoa(d.Revision)+"\n")
}

// MappedWords are the words of other systems as they are written, by the stage
// of ours they mean.
func (d Draft) MappedWords() map[throughline.Address][]string {
	out := map[throughline.Address][]string{}
	node, _ := source.Parse("mapping.yaml", d.Files["mapping.yaml"], mappingShape())
	for _, e := range node.Get("stages").Pairs() {
		for _, w := range e.Value.Items() {
			out[throughline.Address(e.Key)] = append(out[throughline.Address(e.Key)], w.String())
		}
	}
	return out
}

// History gives the revisions of a draft, oldest first.
func History(ctx context.Context, b *Bench, in DraftInput) (DraftHistory, error) {
	id, err := throughline.ParseID(in.ID)
	if err != nil {
		return DraftHistory{}, throughline.Fail("open draft", throughline.NotFound, in.ID, nil)
	}
	all, err := b.Ledger.DraftHistory(ctx, b.Workspace, id)
	return DraftHistory{Revisions: all}, err
}

// DraftHistory is the answer of History.
type DraftHistory struct {
	Revisions []store.Draft `json:"revisions"`
}
