package learning

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/logfile"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/phrase"
)

// HistoryInput says which history to read: files, joined, or the ledger.
type HistoryInput struct {
	desk.View
	Logs []string `arg:"" optional:"" name:"log" sep:"none" json:"logs,omitempty" query:"-" help:"Event logs: XES, OCEL, Parquet or a table, gzipped or not; NAME=FILE gives one a name. Without any: the deals in the database."`
	logfile.LogColumns
	logfile.Ends
	Label   string   `name:"label" placeholder:"NAME" json:"label,omitempty" query:"-" help:"With several logs: call the attribute that says which log a case came from NAME."`
	Outcome string   `name:"outcome" placeholder:"END" query:"outcome" json:"outcome,omitempty" help:"Only cases with this end: won, lost, no_decision, open or another end state."`
	Where   []string `name:"where" sep:"none" placeholder:"ATTR=VALUE" json:"where,omitempty" query:"where" help:"Only cases whose attribute, as it was at the opening, is so: = (with several values between commas), !=, <, <=, >, >=."`

	sampled bool // of a great ledger, take some
}

// OnFiles reports whether the input names logs.
func (in *HistoryInput) OnFiles() bool { return len(in.Logs) > 0 }

// Origin says what an answer of mining was read from.
type Origin struct {
	Of    []string       `json:"of"`     // the files, or "ledger"
	In    int            `json:"in_all"` // cases there, before --where
	Cases int            `json:"cases"`  // cases looked at
	Ends  map[string]int `json:"ends"`   // how these ended, "open" for the rest
	Found diag.Findings  `json:"findings,omitempty"`

	words map[string]string // of activities of the ledger, in the language of the desk
}

// Word says what an activity is called: one of the ledger in words, one of a
// log as the log has it.
func (o Origin) Word(activity string) string {
	if w := o.words[activity]; w != "" {
		return w
	}
	return activity
}

// Findings gives the findings.
func (o Origin) Findings() diag.Findings { return o.Found }

// history is a log, the cases asked for and what their ends mean.
type history struct {
	Origin
	log  *eventlog.Log // nil: refused, the findings say why
	sel  eventlog.Selection
	ends eventlog.OutcomeMap
	end  []eventlog.End

	ledger bool // the deals in the database, not a log
}

// pick gives the selected cases with one of these ends.
func (h *history) pick(ends ...throughline.Outcome) eventlog.Selection {
	var out eventlog.Selection
	for _, c := range h.sel {
		if slices.Contains(ends, h.end[c].Outcome) {
			out = append(out, c)
		}
	}
	return out
}

// known gives how cases end, nil where nobody said what ends a case.
func (h *history) known() []eventlog.End {
	if len(h.ends) == 0 {
		return nil
	}
	return h.end
}

// The ends that are a loss, and those without a decision.
var (
	lostEnds = throughline.EndLost.Outcomes()
	noneEnds = throughline.EndNoDecision.Outcomes()
)

// history reads what the input names.
func (d *Learner) history(ctx context.Context, op string, in HistoryInput) (*history, error) {
	ends, err := in.Rules(op)
	if err != nil {
		return nil, err
	}
	for i := range ends { // the column that names the activity may be called by its own name
		if in.Activity != "" && ends[i].Attr == in.Activity {
			ends[i].Attr = eventlog.ActivityAttr
		}
	}
	where, err := conditions(op, in.Where)
	if err != nil {
		return nil, err
	}
	h := &history{ends: ends}
	switch {
	case len(in.Logs) > 0:
		if err := d.readLogs(ctx, h, in); err != nil {
			return nil, err
		}
		if len(ends) == 0 && h.log != nil {
			h.ends = outlook.EndsIn(h.log, d.Mapping())
		}
	case len(ends) > 0 || in.Label != "" || in.LogColumns != (logfile.LogColumns{}):
		return nil, throughline.Fail(op, throughline.Invalid, "", errors.New("--won, --case and their like are about a LOG, and none is named"))
	default:
		if err := d.readLedger(ctx, h, in); err != nil {
			return nil, err
		}
	}
	if h.Ends = map[string]int{}; h.log == nil {
		return h, nil
	}
	var found diag.Findings
	h.end, found = h.log.Outcomes(h.ends)
	if len(in.Logs) > 0 { // the ledger's own words need not all occur
		h.Found = append(h.Found, found...)
	}
	for _, c := range where {
		if c.Attr != eventlog.ActivityAttr && h.log.CaseColumn(c.Attr) == nil && h.log.EventColumn(c.Attr) == nil {
			return nil, throughline.Fail(op, throughline.Invalid, "", fmt.Errorf("--where: %w", diag.Unknown(c.Attr, attributes(h.log))))
		}
	}
	h.sel = h.log.Select(eventlog.Filter{Where: where})
	if in.Outcome != "" {
		wanted, err := endsNamed(in.Outcome)
		if err != nil {
			return nil, throughline.Fail(op, throughline.Invalid, "", fmt.Errorf("--outcome: %w", err))
		}
		h.sel = h.pick(wanted...)
	}
	h.choose(h.sel)
	if h.Cases == 0 {
		h.Found = append(
			h.Found,
			diag.Finding{Check: "mine-empty", Severity: diag.Warning, Message: fmt.Sprintf("no case is left to look at, of %d", h.In)},
		)
	}
	return h, nil
}

// readLedger reads our own deals as a log, whose words the playbook has.
func (d *Learner) readLedger(ctx context.Context, h *history, in HistoryInput) (err error) {
	h.Of, h.ledger = []string{"ledger"}, true
	if h.log, err = d.ledgerLog(ctx, in.Instant(&d.Desk), in.sampled); err != nil {
		return err
	}
	h.ends, h.words = ledgerEnds(), map[string]string{}
	if d.Book == nil || h.log == nil {
		return nil
	}
	for _, name := range h.log.Activities().All() {
		h.words[name] = phrase.For(d.Language).Activity(d.Book, name)
	}
	return nil
}

// choose takes the cases that are looked at.
func (h *history) choose(sel eventlog.Selection) {
	h.sel, h.In, h.Cases = sel, h.log.Cases(), len(sel)
	clear(h.Ends)
	for _, c := range sel {
		h.Ends[h.end[c].Outcome.Word()]++
	}
}

func attributes(l *eventlog.Log) []string {
	out := []string{eventlog.ActivityAttr}
	for _, cols := range [][]*eventlog.Column{l.CaseColumns(), l.EventColumns()} {
		for _, c := range cols {
			if !slices.Contains(out, c.Name) {
				out = append(out, c.Name)
			}
		}
	}
	return out
}

// conditions reads --where.
func conditions(op string, words []string) ([]eventlog.Cond, error) {
	var out []eventlog.Cond
	for _, w := range words {
		c, err := eventlog.ParseCond(w)
		if err != nil {
			return nil, throughline.Fail(op, throughline.Invalid, "", fmt.Errorf("--where %w", err))
		}
		out = append(out, c)
	}
	return out, nil
}

// readLogs reads the files and joins them.
func (d *Learner) readLogs(ctx context.Context, h *history, in HistoryInput) error {
	var logs []*eventlog.Log
	var labels []string
	for _, word := range in.Logs {
		if err := ctx.Err(); err != nil {
			return err
		}
		label, path := "", word
		if before, after, ok := strings.Cut(word, "="); ok && !isFile(word) {
			label, path = before, after
		}
		if label == "" {
			label, _, _ = strings.Cut(filepath.Base(path), ".")
		}
		l, found, err := logfile.Open(ctx, path, in.Opening(d.Cache, d.Bytes))
		h.Found = append(h.Found, found...)
		h.Of = append(h.Of, path)
		if err != nil {
			return err
		}
		if l == nil {
			h.log = nil
			return nil
		}
		for slices.Contains(labels, label) {
			label += "'"
		}
		logs, labels = append(logs, l), append(labels, label)
	}
	if len(logs) == 1 {
		h.log = logs[0]
		return nil
	}
	if in.Label == "" {
		in.Label = "log"
	}
	parts := make([]eventlog.Labelled, len(logs))
	for i := range logs {
		parts[i] = eventlog.Labelled{Log: logs[i], Label: labels[i]}
	}
	h.log = eventlog.Join(in.Label, parts...)
	return nil
}

func isFile(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
