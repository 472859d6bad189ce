// Package assembly puts the house together: configuration, parts, wiring. The
// command and the tests use the same.
//
// Takes: where the database and the playbook are, and a clock.
// Gives: a Desk to work at, and the server.
// Never: decides anything about a deal or a playbook.
package assembly

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"
	_ "time/tzdata"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/capture/endpoint"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
	"github.com/throughline/throughline/internal/usage"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// House is the program put together.
type House struct {
	Now    throughline.Clock
	Random *rand.Rand
	Pace   job.Pace                         // of jobs; zero: that of a server
	Works  func(*operation.Desk) []job.Work // done beside those of the product; nil: none are
}

var _ cli.House = House{}

// cacheFolder is where compact copies of large logs are kept: the folder that
// THROUGHLINE_CACHE names, nowhere where it says off, else the user's own.
func cacheFolder() string {
	switch dir := os.Getenv("THROUGHLINE_CACHE"); dir {
	case "off":
		return ""
	case "":
		own, err := os.UserCacheDir()
		if err != nil {
			return ""
		}
		return filepath.Join(own, "throughline", "logs")
	default:
		return dir
	}
}

// Open gives a desk, and what closes it. store says whether the database is
// needed, write whether it may be made where there is none.
func (h House) Open(w cli.Where, store, write bool) (*operation.Desk, func() error, error) {
	d := &operation.Desk{
		Holds:     operation.MayAdmin,
		Readers:   &recording.Readers{},
		Forecasts: &forecasting.Forecasts{},
		Logs:      &learning.Logs{},
		Looks:     &importing.Looks{},
		Cache:     cacheFolder(),
	}
	d.Workspace, d.Now, d.Random, d.Language, d.Usual = throughline.DefaultWorkspace, h.Now, h.Random, w.Lang, &desk.Usual{}
	var err error
	if d.Zone, err = zone(w.Timezone); err != nil {
		return nil, nil, err
	}
	if d.Model, err = model(w); err != nil {
		return nil, nil, err
	}
	files, err := playbookFiles(w.Playbook)
	if err != nil {
		return nil, nil, err
	}
	book, findings := compile.Playbook(files)
	d.Book, d.Findings, d.BookDir, d.BookFiles = book, findings, w.Playbook, files
	d.Compile, d.Shipped = compile.Playbook, playbooks.Starter()
	d.OpenBook = func(dir string) (*playbook.Playbook, diag.Findings, error) {
		files, err := playbookFiles(dir)
		if err != nil {
			return nil, nil, err
		}
		book, findings := compile.Playbook(files)
		return book, findings, nil
	}
	d.Copy = func(ctx context.Context, in caretaking.CopyInput, tell func(desk.Progress)) (caretaking.Copied, error) {
		return copyLedger(ctx, in, tell)
	}
	d.Restore = func(ctx context.Context, in caretaking.RestoreInput, until time.Time) (caretaking.Restored, error) {
		return restore(ctx, w.DB, in, cutting(until, d.Now()))
	}
	if postgres.Speaks(w.DB) {
		d.Dump = func(ctx context.Context, path string, tell func(desk.Progress)) error {
			_, err := copyLedger(ctx, caretaking.CopyInput{From: w.DB, To: path}, tell)
			return err
		}
	}
	if !store {
		return d, func() error { return nil }, nil
	}
	if book == nil {
		return nil, nil, throughline.Fail("open playbook", throughline.Invalid, w.Playbook,
			fmt.Errorf("%d findings keep it from being used; throughline playbook check --playbook %s shows them", len(findings), w.Playbook))
	}
	ledger, err := openDatabase(context.Background(), w, write)
	if err != nil {
		return nil, nil, err
	}
	d.Ledger, d.Porter = ledger, team.NewPorter()
	d.Porter.Keeping, d.FactorKey = keyBeside(w.DB), factorKey(w.DB)
	if w.Timezone == "" { // what the company has settled goes before what the machine says
		kept, err := caretaking.KeptZone(context.Background(), ledger, d.Workspace)
		if err != nil {
			ledger.Close()
			return nil, nil, err
		}
		if kept != nil {
			d.Zone = kept
		}
	}
	if w.Playbook == "" { // deals follow what was published; a folder that is named holds for all of them
		if d.Versions, err = workshop.LoadVersions(context.Background(), &d.Bench); err != nil {
			ledger.Close()
			return nil, nil, err
		}
		if n := len(d.Versions); n > 0 {
			d.Book, d.Findings = d.Versions[n-1].Book, d.Versions[n-1].Findings
		}
	}
	if write {
		d.Noting = noteAtOnce(d)
	}
	return d, ledger.Close, nil
}

// zone is the one whose days are counted: what is named, else the machine's.
func zone(name string) (*time.Location, error) {
	if name == "" {
		return time.Local, nil
	}
	z, err := caretaking.ZoneNamed(name)
	if err != nil {
		return nil, throughline.Fail("count days in", throughline.Invalid, name, err)
	}
	return z, nil
}

// model is the language model that may be asked about notes; off unless an
// address is named. The key comes from the environment, where no list of
// processes shows it.
func model(w cli.Where) (recording.Model, error) {
	if w.ModelURL == "" {
		return recording.Model{}, nil
	}
	at, err := url.Parse(w.ModelURL)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || w.Model == "" {
		return recording.Model{}, throughline.Fail("configure language model", throughline.Invalid, "",
			errors.New("--model-url is an address such as http://127.0.0.1:11434/v1, and --model-name what the model is called there"))
	}
	settings := endpoint.Settings{URL: w.ModelURL, Model: w.Model, Key: os.Getenv("THROUGHLINE_MODEL_KEY")}
	return recording.Model{Name: at.Host, With: func(r *capture.Reader) (capture.Proposer, error) { return endpoint.New(settings, r) }}, nil
}

// playbookFiles is the folder, or that of the starter playbook that ships.
func playbookFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return playbooks.Starter(), nil
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, throughline.Fail("open playbook", throughline.NotFound, dir, nil)
	case err != nil:
		return nil, throughline.Fail("open playbook", throughline.Unavailable, dir, err)
	case !info.IsDir():
		return nil, throughline.Fail("open playbook", throughline.Invalid, dir, errors.New("a playbook is a folder of YAML files"))
	}
	root, err := os.OpenRoot(dir) // a link in the folder cannot lead out of it
	if err != nil {
		return nil, throughline.Fail("open playbook", throughline.Unavailable, dir, err)
	}
	return root.FS(), nil
}

// Fill puts the made-up company into a ledger, some deals at a time, and
// publishes its playbook there, unless another one was named.
func (h House) Fill(ctx context.Context, d *operation.Desk, seed uint64) error {
	if d.BookDir == "" && len(d.Versions) == 0 {
		d.BookFiles = playbooks.Demo()
		d.Book, d.Findings = compile.Playbook(d.BookFiles)
		if _, err := operation.PublishPlaybook.Run(ctx, d, &workshop.PublishInput{Yes: true}); err != nil {
			return err
		}
		var err error
		if d.Versions, err = workshop.LoadVersions(ctx, &d.Bench); err != nil {
			return err
		}
	}
	for seen, batch := range company.Batches(company.GenerateIn(d.Language, seed, d.Today(), d.Days(), d.Book), 20) {
		if _, err := d.Ledger.Append(ctx, d.Workspace, batch); err != nil {
			return err
		}
		if d.Progress != nil {
			d.Progress(desk.Progress{Doing: "making up a company", Done: int64(seen), Total: company.Total, Unit: "deals"})
		}
	}
	if err := h.remark(ctx, d, seed); err != nil {
		return err
	}
	return d.Ledger.CountUses(ctx, d.Workspace, company.Uses(seed, d.Today()), d.Today().Add(-usage.Keeps))
}

// remark says what people of the made-up company said of its playbook, each on
// the day on which they did.
func (h House) remark(ctx context.Context, d *operation.Desk, seed uint64) error {
	at := func(who throughline.PersonID, day throughline.Day) *workshop.Bench {
		b, on := d.Bench, day.Civil()
		noon := time.Date(on.Year(), on.Month(), on.Day(), 12, 0, 0, 0, d.Days())
		b.Author, b.Now = who, func() time.Time { return noon }
		return &b
	}
	told := company.Remarks(d.Language, seed, d.Today(), d.Days(), d.Book)
	numbers := make([]int, len(told))
	for i, r := range told {
		said, err := workshop.SayRemark(ctx, at(r.By, r.Day), workshop.RemarkInput{About: string(r.About), Text: r.Text})
		if err != nil {
			return err
		}
		numbers[i] = said.Number
	}
	for i, r := range told { // after all that was said, so that remarks have the numbers from 1
		if r.Answer == "" {
			continue
		}
		in := workshop.AnswerInput{RemarkPick: workshop.RemarkPick{Number: numbers[i]}, Text: r.Answer}
		if _, err := workshop.AnswerRemark(ctx, at(r.Answers, r.Answered), in); err != nil {
			return err
		}
	}
	return nil
}

// mostStanding is to how many plans of a made-up company links stand.
const mostStanding = 6

// Stand makes the links of a made-up company that anybody who looks at it may
// open; of any other company none. Each start makes them anew and ends those of
// the one before, which writes lines to the database; the secrets of the links are
// kept nowhere. The first link to a plan also writes the steps that we propose on it.
func (h House) Stand(ctx context.Context, d *operation.Desk) error {
	book, found := compile.Playbook(playbooks.Demo())
	if found.Errors() || !slices.ContainsFunc(d.Versions, func(v desk.PublishedBook) bool { return v.Hash == book.Hash }) {
		return nil
	}
	var err error
	d.Standing, err = sharing.Stand(ctx, d.Sharing(), mostStanding)
	return err
}

// SystemHouse is the house with the system's clock and randomness.
func SystemHouse() House {
	seed := uint64(time.Now().UnixNano())
	return House{Now: time.Now, Random: rand.New(rand.NewPCG(seed, seed>>32))}
}
