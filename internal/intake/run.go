package intake

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/store"
)

// Options say how an import is run.
type Options struct {
	Workspace  throughline.Workspace
	Now        time.Time // when it happens; facts are recorded then, and nothing in an export has happened later; its Location is the company's zone
	ExportedOn throughline.Day
	Batch      int                                  // records in a transaction; 0 means 5,000
	Rejects    func(file string) (io.Writer, error) // where rows that cannot be read go; nil drops them
	Progress   func(done, total int64)              // bytes read of those to be read; may be nil
	Written    func(r store.Receipt, rows int)      // after each batch that is on disk; may be nil

	// Ours gives those of ours who may sign in, for whom a system names; may be nil.
	Ours func(ctx context.Context, system string) (Colleagues, error)
}

// Colleagues are those of ours who may sign in. An export changes nothing of them.
type Colleagues struct {
	All map[throughline.PersonID]bool
	By  map[string]store.Person // by address and name, folded: whom the system has not named yet
}

const defaultBatch = 5000

// Run imports: it surveys the source, then reads and translates batches on one
// goroutine while the sink writes the batch before on another. It returns what
// was done also when it fails: every fact it counts is written. When ctx ends,
// the batch being written is finished, and nothing after it is begun; the next
// run completes the work, because facts that are there already are left alone.
func Run(ctx context.Context, src Source, sink Sink, opt Options) (Report, error) {
	if opt.Batch <= 0 {
		opt.Batch = defaultBatch
	}
	var done int64
	total := 2 * src.Size() // everything is surveyed, then read
	read := func(n int64) {
		if done += n; opt.Progress != nil {
			opt.Progress(done, max(total, done))
		}
	}
	plan, err := src.Survey(ctx, read)
	report := Report{System: plan.System, Findings: plan.Findings, Files: []FileReport{}}
	if err != nil || plan.Findings.Errors() {
		return report, err
	}
	total = max(plan.Surveyed+plan.Bytes, done) // what will be left aside is known now
	zone := opt.Now.Location()
	opt.Now = opt.Now.UTC()
	horizon := plan.Horizon
	if !opt.ExportedOn.IsZero() {
		horizon = opt.ExportedOn.Start(zone)
	}
	if horizon.IsZero() || horizon.After(opt.Now) {
		horizon = opt.Now.In(spelling.Of(nil, zone).Clocks) // known today
	}
	report.Horizon = spelling.DayRead(horizon, zone)
	imp := store.Import{System: plan.System, Started: micro(opt.Now), Horizon: report.Horizon, Files: plan.Files}
	imp.ID = throughline.KeyedID(opt.Now, append([]string{"import", plan.System}, plan.Files...)...)

	report.Runs = []throughline.ID{imp.ID}

	r := &run{ctx: ctx, sink: sink, opt: opt, report: &report, notes: NewNotes(opt.Rejects), ground: NewGround(),
		t: NewTranslator(plan.System, plan.Mapping, horizon, opt.Now.In(zone))}
	r.t.Zoned = plan.Zoned
	if opt.Ours != nil {
		if r.t.ours, err = opt.Ours(ctx, plan.System); err != nil {
			return report, err
		}
	}
	r.t.words.opens(plan.Open)
	r.notes.Add(plan.Findings...)
	r.other = plan.Other
	err = r.records(src, read, &imp)
	report.Findings, report.Files = r.notes.Findings(), r.notes.Report()
	for _, f := range report.Files {
		report.Rows += f.Rows
		report.Rejected += f.Rejected
	}
	if err == nil {
		imp.Finished, imp.Rows, imp.Facts, imp.Rejected = micro(opt.Now), report.Rows, report.Added, report.Rejected
		_, err = sink.Append(context.WithoutCancel(ctx), opt.Workspace, store.Batch{Import: &imp})
	}
	if err != nil && ctx.Err() != nil {
		report.Interrupted = true
	}
	return report, err
}

type run struct {
	ctx    context.Context
	sink   Sink
	opt    Options
	report *Report
	notes  *Notes
	ground *Ground
	t      *Translator
	flying chan written // of the batch being written, nil while none is
	other  func(string) string
}

type written struct {
	receipt store.Receipt
	facts   int
	rows    int
	err     error
}

// records reads everything in batches.
func (r *run) records(src Source, read func(int64), imp *store.Import) (err error) {
	defer func() { // whatever happens, the batch being written is waited for
		if e := r.land(); err == nil {
			err = e
		}
	}()
	batch := make([]Record, 0, r.opt.Batch)
	flush := func() error {
		if err := r.prepare(batch); err != nil {
			return err
		}
		for _, rec := range batch {
			switch rec.(type) {
			case *Snapshot:
				r.report.DealRows++
			case *Change:
				r.report.HistoryRows++
			}
			r.t.Translate(rec, r.ground, r.notes)
		}
		out := r.ground.take()
		out.Import, imp = imp, nil
		n := len(batch)
		clear(batch)
		batch = batch[:0]
		return r.fly(out, n)
	}
	for rec, err := range src.Records(r.ctx, r.notes, read) {
		if err != nil {
			return err
		}
		if batch = append(batch, rec); len(batch) == r.opt.Batch {
			if err := r.stopped(); err != nil {
				return err
			}
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := r.stopped(); err != nil {
		return err
	}
	return flush()
}

func (r *run) stopped() error {
	if err := r.ctx.Err(); err != nil {
		return throughline.Fail("import from", throughline.Unavailable, r.report.System, fmt.Errorf("stopped: %w", err))
	}
	return nil
}

// fly waits for the batch before and hands this one to the sink.
func (r *run) fly(b store.Batch, rows int) error {
	if err := r.land(); err != nil {
		return err
	}
	if len(b.Facts)+len(b.People)+len(b.Accounts)+len(b.Records) == 0 && b.Import == nil {
		return nil
	}
	done := make(chan written, 1)
	r.flying = done
	go func() {
		receipt, err := r.sink.Append(context.WithoutCancel(r.ctx), r.opt.Workspace, b)
		done <- written{receipt, len(b.Facts), rows, err}
	}()
	return nil
}

// land waits for the batch being written and counts it.
func (r *run) land() error {
	if r.flying == nil {
		return nil
	}
	w := <-r.flying
	r.flying = nil
	if w.err != nil {
		return w.err
	}
	r.report.Added += w.receipt.Facts
	r.report.Known += w.facts - w.receipt.Facts
	if r.opt.Written != nil {
		r.opt.Written(w.receipt, w.rows)
	}
	return nil
}

// prepare brings onto the ground what the ledger holds about the things that
// the batch speaks of. Things of the batch still being written are on the
// ground already, and stay there until the turn after the next.
func (r *run) prepare(batch []Record) error {
	g := r.ground
	g.deals.turn(2 * r.opt.Batch)
	g.people.turn(4 * r.opt.Batch)
	g.accounts.turn(4 * r.opt.Batch)
	deals, people, accounts := wanted[*standing]{
		at: &g.deals,
	}, wanted[*known[store.Person]]{
		at: &g.people,
	}, wanted[*known[store.Account]]{
		at: &g.accounts,
	}
	for _, rec := range batch {
		switch rec := rec.(type) {
		case *Snapshot:
			deals.want(rec.Foreign)
			people.want(rec.Owner.Foreign)
			accounts.want(rec.Account.Foreign)
		case *Change:
			deals.want(rec.Foreign)
			people.want(rec.Owner.Foreign)
		case *Account:
			accounts.want(rec.Foreign)
		case *Person:
			people.want(rec.Foreign)
			accounts.want(rec.Account)
		case *Member:
			deals.want(rec.Deal)
			people.want(rec.Person)
			people.want(r.t.managers[rec.Person])
		case *Act:
			deals.want(rec.Deal)
			people.want(rec.Person)
		}
	}
	if err := r.prepareDeals(deals.list); err != nil {
		return err
	}
	if err := r.prepareTimelines(batch); err != nil {
		return err
	}
	ids, err := r.resolve(store.PersonRecord, people.list)
	if err != nil {
		return err
	}
	if len(ids) > 0 {
		list := make([]throughline.PersonID, 0, len(ids))
		for _, id := range ids {
			list = append(list, throughline.PersonID(id))
		}
		found, err := r.sink.People(r.ctx, r.opt.Workspace, list)
		if err != nil {
			return err
		}
		for foreign, id := range ids {
			v := found[throughline.PersonID(id)]
			g.people.put(foreign, &known[store.Person]{id: id, v: v})
			if g.same == nil && !v.Same.IsZero() {
				if g.same, err = r.sink.Merged(r.ctx, r.opt.Workspace); err != nil {
					return err
				}
			}
		}
	}
	if ids, err = r.resolve(store.AccountRecord, accounts.list); err != nil || len(ids) == 0 {
		return err
	}
	list := make([]throughline.AccountID, 0, len(ids))
	for _, id := range ids {
		list = append(list, throughline.AccountID(id))
	}
	found, err := r.sink.Accounts(r.ctx, r.opt.Workspace, list)
	for foreign, id := range ids {
		g.accounts.put(foreign, &known[store.Account]{id: id, v: found[throughline.AccountID(id)]})
	}
	return err
}

func (r *run) prepareDeals(foreign []string) error {
	ids, err := r.resolve(store.DealRecord, foreign)
	if err != nil || len(ids) == 0 {
		return err
	}
	byID := make(map[throughline.DealID]*standing, len(ids))
	list := make([]throughline.DealID, 0, len(ids))
	for name, id := range ids {
		st := &standing{id: throughline.DealID(id), old: true}
		st.summary.Deal = st.id
		r.ground.deals.put(name, st)
		byID[st.id] = st
		list = append(list, st.id)
	}
	found, err := r.sink.SummariesOf(r.ctx, r.opt.Workspace, list)
	for _, s := range found {
		st := byID[s.Deal]
		if st.summary = s; !s.End.Value.Undated {
			continue
		}
		// Its day may become known, or the source may have it again.
		facts, err := r.sink.Facts(r.ctx, r.opt.Workspace, st.id)
		if err != nil {
			return err
		}
		for _, f := range deal.Live(facts) {
			if e, ok := f.Body.(deal.Ended); ok && f.Happened.IsZero() && e.Outcome == s.Outcome() && f.Learned.Equal(s.End.Learned) {
				st.end = f.ID
			}
		}
	}
	return err
}

// prepareTimelines reads the facts of deals that the ledger knows and whose
// history the batch tells.
func (r *run) prepareTimelines(batch []Record) error {
	for _, rec := range batch {
		c, ok := rec.(*Change)
		if !ok {
			continue
		}
		st, ok := r.ground.deals.get(c.Foreign)
		if !ok || st.timeline != nil {
			continue
		}
		st.timeline = &timeline{}
		if !st.old {
			continue
		}
		facts, err := r.sink.Facts(r.ctx, r.opt.Workspace, st.id)
		if err != nil {
			return err
		}
		st.timeline = timelineOf(deal.Live(facts))
	}
	return nil
}

func (r *run) resolve(kind store.RecordKind, foreign []string) (map[string]throughline.ID, error) {
	if len(foreign) == 0 {
		return nil, nil
	}
	ids, err := r.sink.Resolve(r.ctx, r.opt.Workspace, r.report.System, kind, foreign)
	if err != nil || r.other == nil {
		return ids, err
	}
	var others []string
	spelt := map[string]string{}
	for _, f := range foreign {
		if _, ok := ids[f]; ok {
			continue
		}
		if o := r.other(f); o != "" {
			others, spelt[o] = append(others, o), f
		}
	}
	if len(others) == 0 {
		return ids, nil
	}
	more, err := r.sink.Resolve(r.ctx, r.opt.Workspace, r.report.System, kind, others)
	for o, id := range more {
		ids[spelt[o]] = id
	}
	return ids, err
}

// wanted gathers foreign ids that are not on the ground yet, each once.
type wanted[V any] struct {
	at   *generations[string, V]
	list []string
	has  map[string]bool
}

func (w *wanted[V]) want(foreign string) {
	if foreign == "" || w.has[foreign] {
		return
	}
	if _, ok := w.at.get(foreign); ok {
		return
	}
	if w.has == nil {
		w.has = map[string]bool{}
	}
	w.has[foreign] = true
	w.list = append(w.list, foreign)
}

// Refused is the finding for a source of which nothing can be read.
func Refused(check, file, message, hint string) diag.Finding {
	return diag.Finding{Check: check, Severity: diag.Error, Range: diag.Range{File: file}, Message: message, Hint: hint}
}
