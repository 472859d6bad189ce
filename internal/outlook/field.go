package outlook

import (
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecast"
)

// Names of the covariates of deals; those of attributes are their own behind
// "attribute ", those of single questions stand behind "answered ".
const (
	Age         = "age"
	Quiet       = "quiet"
	InStage     = "in_stage"
	Untouched   = "untouched"
	Pushes      = "pushes"
	ToCloseDate = "to_close_date"
	Gap         = "gap"
	Ahead       = "ahead"
	Answered    = "answered"
	Reopened    = "reopened"
	People      = "people"
	Against     = "against"
	Consensus   = "consensus"
	Signs       = "signs"
	PaperDone   = "paper"
	PaperBegun  = "paper_begun"
	Decided     = "decided"
	Class       = "class"
	fieldOfAttr = "attribute "      // + name
	StatePhase  = "they are at "    // + p1 to p9
	StateDone   = "all answered"    //
	StateStage  = "we put it into " // + address or foreign word
)

// field is a covariate of deals: its name, its kind, and how it is read off a
// deal as of an instant.
type field struct {
	forecast.Field
	of func(view) float64 // missing where nobody knows
}

// view is what covariates are read off: a deal, its reading, and what several
// of them count.
type view struct {
	deal    *deal.Summary
	reading *alignment.Reading
	at      time.Time // in the zone of days

	answered, reopened int // questions
	people, against    int // who have not left
	paperDone          int // contracting steps
	paperBegun         bool
}

// covariates are all that every deal has, in the order of a row. A covariate
// more is a line more here, and its words in forecasting, which a test asks for.
var covariates = slices.Concat([]field{
	{number(Age), func(v view) float64 { return v.since(v.deal.Opened) }},
	{waiting(Quiet), func(v view) float64 { // days since the customer last acted
		last := v.deal.LastCustomerAct(v.at.Location())
		if last.IsZero() {
			return missing
		}
		return v.since(last.Start(v.at.Location()))
	}},
	{waiting(InStage), func(v view) float64 { // days since our stage was set
		if !v.deal.Stage.Set() {
			return missing
		}
		return v.since(v.deal.Stage.At)
	}},
	{waiting(Untouched), func(v view) float64 { return v.since(v.deal.Horizon) }}, // days since anything was recorded
	{number(Pushes), func(v view) float64 { return float64(v.deal.Pushes()) }},    // of the close date
	{number(ToCloseDate), func(v view) float64 { // days until it
		c := v.deal.CloseDate()
		if c.IsZero() {
			return missing
		}
		return c.Start(v.at.Location()).Sub(v.at).Hours() / 24
	}},
	{number(Gap), func(v view) float64 { // ours less firm frontier, in phases
		if v.reading.FirmGap == nil {
			return missing
		}
		return float64(*v.reading.FirmGap)
	}},
	{flag(Ahead), func(v view) float64 { // we act as if they were further than they are
		if v.reading.FirmGap == nil {
			return missing
		}
		return truth(*v.reading.FirmGap > 0)
	}},
	{number(Answered), func(v view) float64 { return float64(v.answered) }}, // questions, old answers included
	{number(Reopened), func(v view) float64 { return float64(v.reopened) }},
	{number(People), func(v view) float64 { return float64(v.people) }}, // mapped
	{number(Against), func(v view) float64 { return float64(v.against) }},
	{number(Consensus), func(v view) float64 { // gauge
		if !v.reading.Consensus.Known {
			return missing
		}
		return v.reading.Consensus.Value
	}},
	{number(Signs), func(v view) float64 { return float64(len(v.reading.Confidence.Signs)) }}, // of indecision
	{number(PaperDone), func(v view) float64 { return float64(v.paperDone) }},
	{flag(PaperBegun), func(v view) float64 { return truth(v.paperBegun) }},
	{flag(Decided), func(v view) float64 { return truth(v.reading.Decided) }}, // for us
	{
		forecast.Field{Name: Class, Kind: forecast.Category, Levels: texts(throughline.Classes())},
		func(v view) float64 { return float64(max(slices.Index(throughline.Classes(), v.reading.Class), 0)) },
	},
}, questions())

// questions are whether each question is answered.
func questions() []field {
	var out []field
	for k, ph := range throughline.Phases() {
		out = append(out, field{flag("answered " + ph.String()), func(v view) float64 { return truth(done(v.reading.Phases[k])) }})
	}
	return out
}

// Known names the covariates that every deal has, beside whether each question
// is answered and what was noted when it opened.
func Known() []string {
	var out []string
	for _, f := range covariates[:len(covariates)-throughline.PhaseCount] {
		out = append(out, f.Name)
	}
	return out
}

// done reports whether a question is answered, however old the answer.
func done(ph alignment.PhaseReading) bool { return ph.State == throughline.Answered || ph.Lapsed }

// look counts once what several covariates say.
func look(s *deal.Summary, r *alignment.Reading, at time.Time) view {
	v := view{deal: s, reading: r, at: at}
	for _, ph := range r.Phases {
		if done(ph) {
			v.answered++
		}
		if ph.State == throughline.Reopened {
			v.reopened++
		}
	}
	for _, st := range s.People {
		if st.Left.Value {
			continue
		}
		v.people++
		if st.Stance.Set() && st.Stance.Value.Value < 0 {
			v.against++
		}
	}
	for _, st := range r.Tracks {
		if st.Step.Track != throughline.Contracting {
			continue
		}
		if st.State == throughline.StepDone {
			v.paperDone++
		}
		v.paperBegun = v.paperBegun || st.State == throughline.StepDone || st.State == throughline.StepBegun
	}
	return v
}

// since is the days from t until now, never fewer than none.
func (v view) since(t time.Time) float64 {
	if t.IsZero() {
		return missing
	}
	return max(v.at.Sub(t).Hours()/24, 0)
}

func number(name string) forecast.Field { return forecast.Field{Name: name} }

// waiting is a number of days whose meaning hangs on the state.
func waiting(name string) forecast.Field { return forecast.Field{Name: name, Quiet: true} }

func flag(name string) forecast.Field { return forecast.Field{Name: name, Kind: forecast.Flag} }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func texts[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}
