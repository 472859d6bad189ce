package recording

import (
	"context"
	"fmt"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/statement"
)

// RecordStrategy does the work of operation.RecordStrategy: a new version of the deal strategy.
func RecordStrategy(ctx context.Context, d *Desk, in StrategyInput) (Recorded, error) {
	return Write(ctx, d, "record strategy", in.Writing, func(o *Writer) error { return o.strategise(in) })
}

// StrategyInput is a version of the strategy. Where stops and moves are words
// on one line (the command line), ReadStop and ReadMove read them.
type StrategyInput struct {
	Writing
	Aim     string      `name:"aim" placeholder:"WORDS" json:"aim,omitempty" help:"What they want, in their words, and we with them."`
	Bet     string      `name:"bet" placeholder:"WORDS" json:"bet,omitempty" help:"If X happens by a day because of Y, they will move. X is an act of theirs."`
	By      string      `name:"by" placeholder:"DATE" json:"by,omitempty" help:"The bet's day."`
	Against string      `name:"against" placeholder:"WORDS" json:"against,omitempty" help:"The strongest alternative, doing nothing among them, and our answer."`
	Stops   []deal.Stop `name:"stop" sep:"none" placeholder:"WORDS" json:"stops,omitempty" help:"What could stop it: WHAT | OWNER | EARLY SIGN | outside; repeat, at most three."`
	Moves   []MoveInput `name:"move" sep:"none" placeholder:"WORDS" json:"moves,omitempty" help:"A next move: WHAT | PURPOSE | WHAT WE BRING | THEIR ACT | DATE; repeat, at most three."`
	StopIf  string      `name:"stop-if" placeholder:"WORDS" json:"stop_if,omitempty" help:"When we withdraw or park it."`
	Because string      `name:"because" placeholder:"WORDS" json:"because,omitempty" help:"The event or thought that caused this version."`
	Answers string      `name:"answers" placeholder:"FACT" json:"answers,omitempty" help:"The question it answers: the fact's id."`
}

// MoveInput is a next move; the person is a name of the deal, or an id.
type MoveInput struct {
	What    string `json:"what"`
	Purpose string `json:"purpose,omitempty"`
	Person  string `json:"person,omitempty"`
	Bring   string `json:"bring,omitempty"`
	Expect  string `json:"expect,omitempty"`
	By      string `json:"by,omitempty"`
	Serves  string `json:"serves,omitempty"` // journey/p1 to journey/p9
}

const mostMoves = 3 // DOMAIN appendix A, for moves and for what could stop it

// ReadStop reads what could stop a deal from its parts on one line, divided by
// "|": what, whose it is, the early sign, and "outside" where it is outside of
// what we can do.
func ReadStop(line string) deal.Stop {
	p := parts(line, 4)
	return deal.Stop{What: p[0], Owner: p[1], Sign: p[2], Outside: p[3] == "outside"}
}

// ReadMove reads a next move from its parts on one line, divided by "|": what,
// its purpose, what we bring, their act, the day.
func ReadMove(line string) MoveInput {
	p := parts(line, 5)
	return MoveInput{What: p[0], Purpose: p[1], Bring: p[2], Expect: p[3], By: p[4]}
}

func parts(s string, n int) []string {
	out := strings.SplitN(s, "|", n)
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	for len(out) < n {
		out = append(out, "")
	}
	return out
}

func (o *Writer) strategise(in StrategyInput) error {
	s, r := deal.Strategy{}, fields{Writer: o}
	r.text(&s.Aim, "the aim", in.Aim)
	r.text(&s.Bet, "the bet", in.Bet)
	r.day(&s.By, "the bet's day", in.By)
	r.text(&s.Against, "what speaks against it", in.Against)
	r.text(&s.StopIf, "when we stop", in.StopIf)
	r.text(&s.Because, "what caused it", in.Because)
	for _, v := range in.Stops {
		r.text(&v.What, "what could stop it", v.What)
		r.text(&v.Owner, "whose it is", v.Owner)
		r.text(&v.Sign, "the early sign", v.Sign)
		if v.What != "" {
			s.Stops = append(s.Stops, v)
		}
	}
	for _, v := range in.Moves {
		if m := r.move(v); m.What != "" || m.Expect != "" {
			s.Moves = append(s.Moves, m)
		}
	}
	if r.err != nil {
		return r.err
	}
	switch {
	case len(s.Stops) > mostMoves:
		return o.Bad("", throughline.Refuse("stops", "%d things could stop it; the three heaviest are what fits in a head", "n", len(s.Stops)))
	case len(s.Moves) > mostMoves:
		return o.Bad("", throughline.Refuse("moves", "%d next moves; three are what gets done", "n", len(s.Moves)))
	}
	if in.Answers != "" {
		id, bad := throughline.ParseID(in.Answers)
		if bad != nil {
			return o.Bad(in.Answers, bad)
		}
		s.Answers = throughline.FactID(id)
	}
	if s.Aim+s.Bet+s.Against+s.StopIf == "" && len(s.Stops)+len(s.Moves) == 0 {
		return o.Bad("", throughline.Refuse("strategy", "the strategy says nothing yet"))
	}
	o.found = append(o.found, o.reviewStrategy(s)...)
	o.Add(Entry{Body: s})
	return nil
}

// fields reads the fields of a form one after the other, up to the first that
// cannot be kept.
type fields struct {
	*Writer
	err error
}

func (r *fields) text(into *string, field, v string) {
	if r.err == nil {
		*into, r.err = r.Words(field, v, false)
	}
}

func (r *fields) day(into *string, field, v string) {
	if v = strings.TrimSpace(v); r.err == nil && v != "" {
		if _, bad := throughline.ParseDay(v); bad != nil {
			r.err = r.Bad(v, fmt.Errorf("%s: %w", field, bad))
		}
		*into = v
	}
}

// move reads a next move: what is done, what of the customer's it is to bring
// about, by when, and which question it serves.
func (r *fields) move(v MoveInput) (m deal.Move) {
	r.text(&m.What, "a move", v.What)
	r.text(&m.Purpose, "its purpose", v.Purpose)
	r.text(&m.Bring, "what we bring", v.Bring)
	r.text(&m.Expect, "the act expected", v.Expect)
	r.day(&m.By, "a move's day", v.By)
	if r.err == nil && v.Person != "" {
		m.Person, r.err = r.Person(v.Person)
	}
	if r.err == nil && v.Serves != "" {
		if m.Serves, r.err = r.address(v.Serves); r.err == nil && !isPhase(m.Serves) {
			r.err = r.Bad(v.Serves, throughline.Refuse("phase", "this is none of the nine questions"))
		}
	}
	return m
}

func isPhase(a throughline.Address) bool {
	_, is := a.Phase()
	return is
}

// ReviewStrategy says what a reader would ask of a version: does the bet name
// a day, does each move name an act of theirs, is one risk outside the
// purchase, is there a way to stop. Fields are named as in the JSON.
func ReviewStrategy(s deal.Strategy, complex bool, words statement.Words) diag.Findings {
	var out diag.Findings
	say := func(check, field, message, hint string, sev diag.Severity) {
		out = append(out, diag.Finding{Check: check, Severity: sev, Field: field, Message: message, Hint: hint})
	}
	if s.Bet != "" && s.By == "" {
		say("strategy-day", "by", "the bet has no day, so nobody will ask whether it came off", "name the day on which you will know", diag.Warning)
	}
	if s.Bet == "" {
		say(
			"strategy-bet",
			"bet",
			"there is no bet: nothing here can turn out wrong",
			"if X happens by a day because of Y, they will move",
			diag.Hint,
		)
	}
	if len(s.Stops) > 0 {
		outside := false
		for _, x := range s.Stops {
			outside = outside || x.Outside
		}
		if !outside {
			say(
				"strategy-outside",
				"stops",
				"everything that could stop it lies inside the purchase",
				"most deals die of something else: name one thing outside",
				diag.Hint,
			)
		}
	}
	if complex && s.StopIf == "" {
		say("strategy-stop", "stop_if", "nothing says when to stop", "a condition under which we withdraw or park it", diag.Hint)
	}
	l, err := statement.New(words)
	if err != nil {
		return out
	}
	if s.Bet != "" && !l.TheirAct(s.Bet) {
		say("strategy-theirs", "bet", "the bet names nothing that somebody of theirs does, so nobody can see whether it comes off",
			"if X happens by a day because of Y, they will move: who on their side does what?", diag.Warning)
	}
	for i, m := range s.Moves {
		field := fmt.Sprintf("moves.%d.expect", i)
		if strings.TrimSpace(m.Expect) == "" {
			say("strategy-act", field, "the move expects no act of theirs", "what will they do, that one can see, if it works?", diag.Hint)
			continue
		}
		for _, f := range l.Lint(statement.Statement{Text: m.Expect, Place: statement.Elsewhere, At: diag.Pos{Line: 1, Column: 1}}) {
			if f.Check <= "L08" || f.Check == "L13" {
				f.Field = field
				out = append(out, f)
			}
		}
	}
	for field, text := range map[string]string{"aim": s.Aim, "bet": s.Bet, "against": s.Against, "stop_if": s.StopIf, "because": s.Because} {
		for _, f := range l.Lint(statement.Statement{Text: text, Place: statement.Elsewhere, At: diag.Pos{Line: 1, Column: 1}}) {
			if f.Check == "L13" {
				f.Field = field
				out = append(out, f)
			}
		}
	}
	out.Sort()
	return out
}

func (o *Writer) reviewStrategy(s deal.Strategy) diag.Findings {
	class := o.Class.Value
	return ReviewStrategy(s, class != throughline.Transactional && class != throughline.TransactionalInformal, statement.Words(o.book.Words))
}

// RecordBet does the work of operation.RecordBet: the one question on a bet's day: happened, did not, too early?.
func RecordBet(ctx context.Context, d *Desk, in BetInput) (Recorded, error) {
	return Write(ctx, d, "resolve bet", in.Writing, func(o *Writer) error {
		result, err := Known(o, in.Result, deal.BetResults())
		if err != nil {
			return err
		}
		all := o.Strategies(o.today())
		if len(all) == 0 {
			return o.Bad("", throughline.Refuse("no_strategy", "this deal has no strategy, so there is no bet"))
		}
		of := all[len(all)-1]
		if in.Strategy != "" {
			found := false
			for _, v := range all {
				if v.Fact.ID.String() == in.Strategy {
					of, found = v, true
				}
			}
			if !found {
				return throughline.Fail(
					o.Op,
					throughline.NotFound,
					in.Strategy,
					throughline.Refuse("no_version", "this deal has no such version of its strategy"),
				)
			}
		}
		if of.Strategy.Bet == "" {
			return o.Bad("", throughline.Refuse("no_bet", "that version of the strategy makes no bet"))
		}
		b := deal.BetResolved{Strategy: of.Fact.ID, Result: result}
		if result == deal.BetTooEarly {
			if b.Until = in.Until; b.Until.IsZero() {
				b.Until = o.today().Add(14)
			}
			if b.Until.Sub(o.today()) <= 0 {
				return o.Bad(in.Until.String(), throughline.Refuse("past", "the day on which to ask again has to be still to come"))
			}
		}
		o.Add(Entry{Body: b})
		return nil
	})
}

// BetInput is what became of a bet.
type BetInput struct {
	Writing
	Result   string          `arg:"" name:"result" json:"result" help:"happened, did_not or too_early."`
	Until    throughline.Day `name:"until" placeholder:"DATE" json:"until,omitzero" help:"Too early: when to ask again."`
	Strategy string          `name:"strategy" placeholder:"FACT" json:"strategy,omitempty" help:"Which version (default: the latest)."`
}

// RecordTarget does the work of operation.RecordTarget: what the customer wants to have moved: measure, from, to.
func RecordTarget(ctx context.Context, d *Desk, in TargetInput) (Recorded, error) {
	return Write(ctx, d, "record target", in.Writing, func(o *Writer) error {
		b := deal.TargetSet{}
		var err error
		if b.Measure, err = o.Words("the measure", in.Measure, true); err != nil {
			return err
		}
		if b.Target, err = o.Words("the target", in.Target, true); err != nil {
			return err
		}
		if b.Baseline, err = o.Words("the baseline", in.Baseline, false); err != nil {
			return err
		}
		b.By = in.By
		if b.Person, err = o.Person(in.Person); err != nil {
			return err
		}
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.Add(Entry{Grade: g, Body: b})
		return nil
	})
}

// TargetInput is a measure with its target.
type TargetInput struct {
	Writing
	Measure  string          `arg:"" name:"measure" json:"measure" help:"What is measured."`
	Target   string          `arg:"" name:"target" json:"target" help:"What it should become."`
	Baseline string          `name:"baseline" placeholder:"VALUE" json:"baseline,omitempty" help:"What it is today."`
	By       throughline.Day `name:"by" placeholder:"DATE" json:"by,omitzero" help:"When it is to be measured."`
	Person   string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of them set it."`
	Grade    string          `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know."`
}

// RecordResult does the work of operation.RecordResult: what came of it, beside what they wanted.
func RecordResult(ctx context.Context, d *Desk, in ResultInput) (Recorded, error) {
	return Write(ctx, d, "record result", in.Writing, func(o *Writer) error {
		all := o.Measures()
		if len(all) == 0 {
			return o.Bad("", throughline.Refuse("target", "no target was ever set; throughline record target sets one"))
		}
		of := all[len(all)-1].ID
		if in.Of != "" {
			found := false
			for _, m := range all {
				if m.ID.String() == in.Of {
					of, found = m.ID, true
				}
			}
			if !found {
				return throughline.Fail(o.Op, throughline.NotFound, in.Of, throughline.Refuse("no_target", "this deal has no such target"))
			}
		}
		actual, err := o.Words("the result", in.Actual, true)
		if err != nil {
			return err
		}
		who, err := o.Person(in.Person)
		if err != nil {
			return err
		}
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.Add(Entry{Grade: g, Body: deal.ResultMeasured{Of: of, Actual: actual, Person: who}})
		if g >= throughline.E2 { // it answers their last question, in part or whole
			o.Add(Entry{Grade: g, Body: deal.Evidence{About: throughline.Prove.Address(), Person: who, Text: actual}})
		}
		return nil
	})
}

// ResultInput is what came of a target.
type ResultInput struct {
	Writing
	Actual string `arg:"" name:"actual" json:"actual" help:"What was measured."`
	Of     string `name:"of" placeholder:"FACT" json:"of,omitempty" help:"Which target: the fact's id."`
	Person string `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of them measured it."`
	Grade  string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know."`
}
