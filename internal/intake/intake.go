// Package intake is the door for foreign records: what a CRM export says
// becomes dated facts in the ledger.
//
// Takes: records that a door (csv, salesforce) reads from files, what the ledger already holds, and the playbook's mapping of foreign words.
// Gives: facts, people, accounts and foreign ids in batches, findings about rows, and a Report.
// Never: guesses what a word means, drops a row silently, or reads a clock.
package intake

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// File is something to read, more than once: a first pass settles formats, the
// second gives records.
type File struct {
	Name string // as it is to stand in findings
	Size int64  // in bytes, 0 where unknown
	Open func() (io.ReadCloser, error)
}

// Files gives the files behind paths. A folder stands for the .csv, .tsv and
// .txt files in it, gzipped or not, and an archive for those in it, a folder's in the order of
// their names. What is packed is told from its first bytes.
func Files(paths ...string) ([]File, error) { return list(0, paths) }

// FilesWithin gives them where all of them unpack to no more than so many
// bytes. What does not say so before is refused while it is read.
func FilesWithin(most int64, paths ...string) ([]File, error) {
	out, err := list(most, paths)
	var all atomic.Int64
	for i, f := range out {
		var seen atomic.Int64
		out[i].Open = func() (io.ReadCloser, error) {
			r, err := f.Open()
			if err != nil {
				return nil, err
			}
			return &within{ReadCloser: r, name: f.Name, most: most, all: &all, seen: &seen}, nil
		}
	}
	return out, err
}

// within counts what is read of a file the first time.
type within struct {
	io.ReadCloser
	name      string
	most, at  int64
	all, seen *atomic.Int64
}

func (w *within) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	w.at += int64(n)
	for seen := w.seen.Load(); w.at > seen; seen = w.seen.Load() {
		if w.seen.CompareAndSwap(seen, w.at) {
			w.all.Add(w.at - seen)
		}
	}
	if w.all.Load() > w.most {
		return 0, tooMuch(w.name, w.most)
	}
	return n, err
}

func tooMuch(name string, most int64) error {
	return throughline.Fail("unpack files", throughline.Invalid, name,
		fmt.Errorf("unpacked they are more than %d GB; import them on the command line", most>>30))
}

func list(most int64, paths []string) ([]File, error) {
	var out []File
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, throughline.Fail("open", kindOf(err), p, pathCause(err))
		}
		if !info.IsDir() {
			files, err := fileOrPacked(p, info, most)
			if err != nil {
				return nil, err
			}
			out = append(out, files...)
			continue
		}
		entries, err := os.ReadDir(p)
		if err != nil {
			return nil, throughline.Fail("read folder", kindOf(err), p, pathCause(err))
		}
		for _, e := range entries {
			if e.IsDir() || !listed(e.Name()) && strings.ToLower(filepath.Ext(e.Name())) != ".zip" {
				continue
			}
			info, err := e.Info()
			if err != nil {
				return nil, throughline.Fail("open", kindOf(err), filepath.Join(p, e.Name()), pathCause(err))
			}
			files, err := fileOrPacked(filepath.Join(p, e.Name()), info, most)
			if err != nil {
				return nil, err
			}
			out = append(out, files...)
		}
	}
	return out, nil
}

func fileAt(path string, size int64) File {
	return File{Name: path, Size: size, Open: func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, throughline.Fail("open", kindOf(err), path, pathCause(err))
		}
		return f, nil
	}}
}

func kindOf(err error) throughline.Kind {
	switch {
	case os.IsNotExist(err):
		return throughline.NotFound
	case os.IsPermission(err):
		return throughline.Denied
	}
	return throughline.Unavailable
}

// pathCause leaves out the path, which the error says already.
func pathCause(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}

// Size adds up the sizes of files.
func Size(files []File) (n int64) {
	for _, f := range files {
		n += f.Size
	}
	return n
}

// Base is the file's name without folders, and as it is when unpacked, for
// titles and reject files.
func (f File) Base() string { return filepath.Base(unpacked(f.Name)) }

func unpacked(name string) string {
	if n := len(name) - len(packedEnd); n > 0 && strings.EqualFold(name[n:], packedEnd) {
		return name[:n]
	}
	return name
}

// Row is where a record stands: file, line from 1, and what it is called in
// its own system ("OpportunityHistory 008bm…").
type Row struct {
	File   string
	Line   int
	Record string
}

func (r *Row) place() *Row { return r }

// Range gives the row as a place for findings.
func (r *Row) Range() diag.Range {
	return diag.Range{File: r.File, Begin: diag.Pos{Line: r.Line, Column: 1}, End: diag.Pos{Line: r.Line}}
}

// Record is one thing that a source says. The family is closed: Snapshot,
// Change, Account, Person, Member, Act.
type Record interface{ place() *Row }

// Party names an account or a person by the source's id for it. Name may be
// empty where the source only points.
type Party struct {
	Foreign    string
	Name       string
	Attributes map[string]string // accounts only
}

// Ending is what a source itself says about the end of a deal, beside the
// word of its stage.
type Ending uint8

// The endings. A source that has no such flag says nothing.
const (
	EndUnsaid Ending = iota
	EndOpen
	EndWon
	EndNotWon
	EndRemoved // the record was deleted, or merged into another
)

// Amount is money that may not be stated at all, which is not the same as nought.
type Amount struct {
	throughline.Money
	Stated bool
}

// Entry is a stage and when the deal entered it.
type Entry struct {
	Stage string
	At    time.Time
}

// Snapshot is a deal as it stood when the export was made. Zero times are not
// known; the Location of the others says how their day is (spelling.Zones).
type Snapshot struct {
	Row
	Foreign      string
	Title        string
	Account      Party
	Owner        Party
	Stage        string
	Status       string // "open", "won", "lost", where it stands apart from the stage
	Reason       string // why it ended, in the source's words
	End          Ending
	Amount       Amount
	ClosedAmount Amount // what was sold; counts only for a deal that was won
	Opened       time.Time
	Created      time.Time // when the source recorded the opening
	Ended        time.Time // counts only for a deal that has ended
	Modified     time.Time
	Expected     throughline.Day // when an order is expected
	Entered      []Entry
	Attributes   map[string]string // known on the first day
}

// Change is one row of a deal's history. Rows of one deal come in the order of
// their times. What is empty, nil or not stated is not part of the row.
type Change struct {
	Row
	Foreign  string // the deal
	At       time.Time
	Stage    string
	End      Ending
	Amount   Amount
	Expected throughline.Day
	Owner    Party
}

// Account is a customer's organisation.
type Account struct {
	Row
	Party
}

// Person is someone of the customer's or of ours.
type Person struct {
	Row
	Foreign string
	Ours    bool
	Name    string
	Title   string
	Email   string
	Account string // foreign id
	Manager string // foreign id of whom of the same customer they report to; empty where nothing says so
}

// Member is a person's role in a deal.
type Member struct {
	Row
	Deal   string
	Person string
	Role   string // the source's word
	At     time.Time
}

// Act is a call, message, meeting or task.
type Act struct {
	Row
	Foreign  string
	Deal     string
	Person   string // of the customer, where the source says whom it was with
	What     string // "call", "email", "meeting", "task"
	By       deal.Side
	Open     bool      // planned, not done
	Happened time.Time // zero while planned
	Learned  time.Time
}

// Source is a door: it reads files and gives records.
type Source interface {
	// Size is how many bytes the files have, as far as that is known.
	Size() int64

	// Survey reads the files once to settle their formats. read is told how
	// many bytes were read since it was last told.
	Survey(ctx context.Context, read func(int64)) (Plan, error)

	// Records streams what the files say, a deal's history before its snapshot. Rows that cannot be read, and other
	// things worth saying, go to notes. A record is the caller's to keep.
	Records(ctx context.Context, notes *Notes, read func(int64)) iter.Seq2[Record, error]
}

// Plan is what a survey settles.
type Plan struct {
	System   string           // under which foreign ids are kept
	Files    []string         // the files that will be read
	Bytes    int64            // of one reading of all of them
	Surveyed int64            // of the survey itself
	Horizon  time.Time        // the newest moment, not in the future, of which the source speaks
	Zoned    bool             // it says itself which zone it is from
	Mapping  playbook.Mapping // the playbook's and what the person said beyond it
	Findings diag.Findings    // an error among them: nothing will be read
	Open     []string         // words of a status that say nothing of an end

	// Other gives another spelling of a foreign id, by which an earlier import
	// may have kept the record; "" where there is none. nil: there never is.
	Other func(foreign string) string
}

// Sink is where facts go; store.Ledger is one. All methods may be called from
// several goroutines.
type Sink interface {
	Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error)
	Facts(ctx context.Context, ws throughline.Workspace, d throughline.DealID) ([]deal.Fact, error)
	SummariesOf(ctx context.Context, ws throughline.Workspace, ids []throughline.DealID) ([]deal.Summary, error)
	People(ctx context.Context, ws throughline.Workspace, ids []throughline.PersonID) (map[throughline.PersonID]store.Person, error)
	Merged(ctx context.Context, ws throughline.Workspace) (map[throughline.PersonID]store.Person, error)
	Accounts(ctx context.Context, ws throughline.Workspace, ids []throughline.AccountID) (map[throughline.AccountID]store.Account, error)
	Resolve(ctx context.Context, ws throughline.Workspace, system string, kind store.RecordKind, foreign []string) (map[string]throughline.ID, error)
}

var _ Sink = store.Ledger(nil)

// Report says what an import did. Deals and Outcomes are of the ledger after
// the import; Count fills them from the summaries.
type Report struct {
	System      string           `json:"system"`
	Deals       int              `json:"deals"`
	Outcomes    map[string]int   `json:"outcomes"`
	DealRows    int              `json:"deal_rows"`
	HistoryRows int              `json:"history_rows"`
	Rows        int              `json:"rows"`
	Rejected    int              `json:"rejected"`
	Added       int              `json:"facts_added"`
	Known       int              `json:"facts_known"` // were already there
	Horizon     throughline.Day  `json:"horizon,omitzero"`
	Files       []FileReport     `json:"files"`
	Runs        []throughline.ID `json:"-"`                     // the imports of which this tells, by the ids under which they are taken back
	Interrupted bool             `json:"interrupted,omitempty"` // what was counted is written; the next run completes it
	Findings    diag.Findings    `json:"findings"`
}

// FileReport is what became of one file.
type FileReport struct {
	Name     string `json:"name"`
	Rows     int    `json:"rows"`
	Rejected int    `json:"rejected"`
	Rejects  string `json:"rejects,omitempty"` // where rows that could not be read are
}

// Count fills Deals and Outcomes from the summaries of the ledger. Every end
// state that occurs has its count, and "open" always has one.
func (r *Report) Count(summaries iter.Seq2[deal.Summary, error]) error {
	r.Deals, r.Outcomes = 0, map[string]int{throughline.StillOpen.Word(): 0}
	for s, err := range summaries {
		if err != nil {
			return err
		}
		r.Deals++
		r.Outcomes[s.Outcome().Word()]++
	}
	return nil
}
