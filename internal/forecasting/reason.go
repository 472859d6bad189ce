package forecasting

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
)

// A model finds what goes together, not what brings what about. That a close
// date was put off five times may go with winning, because deals that are dead
// are left alone. Said as a reason it would be nonsense to whoever sells. So each
// thing that is known about a deal has a way in which people who sell expect it
// to count (docs/methods/forecast-outlook.md). A reason is said as it is where the model
// agrees; with words that say why not, where there are such words; else it is
// not said. What merely stands for how old a deal is, or for the kind of
// purchase, is said as that, once.

// way is how a reason counts for whoever sells: for winning, against it,
// or neither until one has looked.
type way int8

const (
	against way = -1
	either  way = 0
	forIt   way = 1
)

// reason is what may be said of one thing known about a deal.
type reason struct {
	way       way
	words     string // where the model agrees, or neither is expected
	otherwise string // where it says the contrary: the same, and why; "" where it goes unsaid
	fold      bool   // where it says the contrary it stands for age or kind, and is counted there
}

// longQuiet and shortQuiet are the days from which a silence speaks against a
// deal, and up to which having heard speaks for it. Between them it says nothing.
const (
	shortQuiet = 14
	longQuiet  = 30
	nearDate   = 92 // days: within this quarter or the next
)

// dateReason is of the days to the day the deal is expected to close: near, far,
// passed, or none set.
func dateReason(p *phrase.Phrase, n int, gone bool) reason {
	say := func(key string, pairs ...any) string { return p.Say("forecast.why_"+key, pairs...) }
	switch {
	case gone:
		return reason{way: against, words: say("no_date")}
	case n < 0:
		return reason{way: against, words: say("date_passed", "days", p.Days(-n))}
	case n <= nearDate:
		return reason{way: forIt, words: say("date", "days", p.Days(n))}
	}
	return reason{way: against, words: say("date", "days", p.Days(n))}
}

// gapReason is of how many questions we are ahead of the customer.
func gapReason(say func(string, ...any) string, n int, gone bool) reason {
	switch {
	case gone:
		return reason{}
	case n > 0:
		return reason{way: against, words: say("ahead", "n", n)}
	case n < 0:
		return reason{way: forIt, words: say("behind", "n", -n), otherwise: say("behind_otherwise", "n", -n)}
	}
	return reason{way: forIt, words: say("level")}
}

// reasonOf says how one driver counts and what is said of it; ok is false for
// what this table does not know.
func reasonOf(p *phrase.Phrase, book *playbook.Playbook, x Driver) (r reason, ok bool) {
	say := func(key string, pairs ...any) string { return p.Say("forecast.why_"+key, pairs...) }
	gone, n := x.Level == "missing", int(math.Round(x.Value))
	// span is of a time that speaks against winning when long and for it when short.
	span := func(key string) reason {
		switch {
		case gone:
			return reason{}
		case n >= longQuiet:
			return reason{way: against, words: say(key, "days", p.Days(n))}
		case n <= shortQuiet:
			return reason{way: forIt, words: say(key, "days", p.Days(n))}
		}
		return reason{}
	}
	flag := func(key string, r reason) reason {
		if x.Value == 0 {
			key, r.way, r.otherwise = key+"_not", -r.way, ""
		}
		r.words = say(key)
		return r
	}
	switch x.Field {
	case outlook.Age, outlook.Class:
		return reason{fold: true}, true // always said together
	case "state":
		return stateReason(p, book, x.Level), true
	case outlook.InStage:
		r := span(outlook.InStage)
		r.fold = true
		return r, true
	case outlook.Untouched:
		return span(outlook.Untouched), true
	case outlook.Quiet:
		if gone {
			return reason{way: against, words: say("unheard"), fold: true}, true
		}
		return span(outlook.Quiet), true
	case outlook.ToCloseDate:
		return dateReason(p, n, gone), true
	case outlook.Gap:
		return gapReason(say, n, gone), true
	case outlook.Ahead:
		if gone {
			return reason{}, true
		}
		return flag("runs_ahead", reason{way: against}), true
	case outlook.Consensus:
		switch {
		case gone:
			return reason{way: against, words: say("no_consensus"), fold: true}, true
		case x.Value >= 0.6:
			return reason{way: forIt, words: say("consensus", "per", p.Percent(x.Value)), fold: true}, true
		}
		return reason{way: against, words: say("consensus_few", "per", p.Percent(x.Value)), fold: true}, true
	case outlook.PaperBegun:
		return flag("paper_begun", reason{way: forIt, fold: true}), true
	case outlook.Decided:
		return flag("decided", reason{way: forIt}), true
	}
	if r, ok := countReason(p, x.Field, n, gone); ok {
		return r, true
	}
	return otherReason(p, book, x, n, gone)
}

// countReason is of what is counted: nothing of it is said in words of its own.
func countReason(p *phrase.Phrase, field string, n int, gone bool) (reason, bool) {
	of := map[string]struct {
		some, none way
		otherwise  int // from how many there are words for why it is the contrary; 0: there are none
		fold       bool
	}{
		outlook.Pushes:    {against, forIt, 1, false},
		outlook.Reopened:  {against, forIt, 1, false},
		outlook.Against:   {against, forIt, 0, false},
		outlook.Signs:     {against, forIt, 0, false},
		outlook.People:    {forIt, against, 5, true},
		outlook.Answered:  {forIt, against, 0, true},
		outlook.PaperDone: {forIt, against, 0, true},
	}
	c, ok := of[field]
	if !ok {
		return reason{}, false
	}
	say := func(key string) string { return p.Say("forecast.why_"+key, "n", n, "of", throughline.PhaseCount) }
	switch {
	case gone:
		return reason{}, true
	case n == 0:
		return reason{way: c.none, words: say("none_" + field), fold: c.fold}, true
	case field == outlook.People && n <= 2: // few, whatever one sells
		return reason{way: against, words: say("people_few"), fold: true}, true
	case field == outlook.Answered && n <= throughline.PhaseCount/2: // few answers speak against it as none do
		return reason{way: against, words: say("answered_few"), fold: true}, true
	}
	r := reason{way: c.some, words: say(field), fold: c.fold}
	if c.otherwise > 0 && n >= c.otherwise {
		r.otherwise = say(field + "_otherwise")
	}
	return r, true
}

// otherReason is of answers to single questions, of attributes, and of the
// columns of a log.
func otherReason(p *phrase.Phrase, book *playbook.Playbook, x Driver, n int, gone bool) (reason, bool) {
	say := func(key string, pairs ...any) string { return p.Say("forecast.why_"+key, pairs...) }
	if word, ok := strings.CutPrefix(x.Field, "answered "); ok {
		ph, _ := throughline.ParsePhase(word)
		if x.Value != 0 {
			return reason{way: forIt, words: say("phase", "phase", p.Phase(book, ph)), fold: true}, true
		}
		return reason{way: against, words: say("phase_not", "phase", p.Phase(book, ph)), fold: true}, true
	}
	if act, ok := strings.CutPrefix(x.Field, "seen "); ok {
		if x.Value != 0 {
			return reason{words: say("seen", "activity", act)}, true
		}
		return reason{words: say("seen_not", "activity", act)}, true
	}
	switch x.Field {
	case "days since last event":
		switch {
		case n >= longQuiet:
			return reason{way: against, words: say("last_event", "days", p.Days(n))}, true
		case n <= shortQuiet:
			return reason{way: forIt, words: say("last_event", "days", p.Days(n))}, true
		}
		return reason{}, true
	case "events so far":
		return reason{fold: true}, true
	case "times last activity came":
		return reason{words: say("times", "n", n)}, true
	}
	name, ok := strings.CutPrefix(x.Field, "attribute ")
	if !ok && slices.Contains(outlook.Known(), x.Field) {
		return reason{}, false // it has a name of ours, and no words yet
	}
	attribute := name
	name = p.Attribute(name)
	switch {
	case x.Level == withheld:
		return reason{}, true
	case gone:
		return reason{words: say("attribute_not", "name", name)}, true
	case x.Level != "":
		return reason{words: say("attribute", "name", name, "value", p.AttributeValue(attribute, x.Level))}, true
	}
	return reason{words: say("attribute_number", "name", name, "value", strconv.FormatFloat(x.Value, 'g', 6, 64))}, true
}

// stateReason is of where they are, or of the stage we put it into: the first
// third of the way speaks against an early end, the last third for it.
func stateReason(p *phrase.Phrase, book *playbook.Playbook, state string) reason {
	if state == outlook.StateDone {
		return reason{way: forIt, words: StateWord(p, book, state), fold: true}
	}
	ph := throughline.Phase(0)
	if word, ok := strings.CutPrefix(state, outlook.StatePhase); ok {
		ph, _ = throughline.ParsePhase(word)
	} else if word, ok := strings.CutPrefix(state, outlook.StateStage); ok && book != nil {
		if a, err := throughline.ParseAddress(word); err == nil {
			ph = book.ServedBy(a)
		}
	}
	r := reason{words: StateWord(p, book, state), fold: true}
	switch n := int(ph); {
	case n == 0:
	case n <= throughline.PhaseCount/3:
		r.way = against
	case n > 2*throughline.PhaseCount/3:
		r.way = forIt
	}
	return r
}

// leastEffect is how much a driver has to do to be worth a sentence.
const leastEffect = 0.01

// mostReasons is how many things are said to raise, and to lower.
const mostReasons = 3

// placeOf puts drivers that say nearly the same into one place, of which one is said.
func placeOf(field string) string {
	switch {
	case field == outlook.Gap || field == outlook.Ahead || field == "state":
		return "where"
	case field == outlook.PaperDone || field == outlook.PaperBegun:
		return "paper"
	case field == outlook.Answered || strings.HasPrefix(field, "answered "):
		return "answers"
	}
	return field
}

// driverWords says what raises and what lowers the chance of winning, three
// things at most each, greatest first, and one of those that say nearly the same.
func driverWords(p *phrase.Phrase, book *playbook.Playbook, drivers []Driver) (raises, lowers []string) {
	type said struct {
		words  string
		effect float64
	}
	var list []said
	told := map[string]bool{}
	kind := kindOf{}
	for _, x := range drivers {
		r, ok := reasonOf(p, book, x)
		agrees := r.way == either || r.way == forIt == (x.Effect > 0)
		switch {
		case !ok || x.Effect == 0:
			continue
		case x.Field == outlook.Age && x.Level != "missing":
			kind.age = p.Days(int(math.Round(x.Value)))
		case x.Field == outlook.Class && x.Level != "missing":
			kind.class = p.Class(throughline.Class(x.Level))
		}
		words := r.words
		if !agrees {
			words = r.otherwise
		}
		if words == "" && r.fold {
			kind.effect += x.Effect
		}
		if place := placeOf(x.Field); words != "" && math.Abs(x.Effect) >= leastEffect && !told[place] {
			told[place] = true
			list = append(list, said{words, x.Effect})
		}
	}
	if words := kind.words(p); words != "" {
		list = append(list, said{words, kind.effect})
		slices.SortStableFunc(list, func(a, b said) int { return cmp.Compare(math.Abs(b.effect), math.Abs(a.effect)) })
	}
	raises, lowers = []string{}, []string{}
	for _, s := range list {
		if s.effect > 0 && len(raises) < mostReasons {
			raises = append(raises, s.words)
		} else if s.effect < 0 && len(lowers) < mostReasons {
			lowers = append(lowers, s.words)
		}
	}
	return raises, lowers
}

// kindOf gathers what stands for how old a deal is and what kind of purchase:
// both themselves, and what the model counts contrary to all expectation,
// since it mostly tells kinds apart ("Notice is not answered" is how a repeat
// order looks).
type kindOf struct {
	class, age string
	effect     float64
}

func (k kindOf) words(p *phrase.Phrase) string {
	if math.Abs(k.effect) < leastEffect || k.class == "" && k.age == "" {
		return ""
	}
	way := "more"
	if k.effect < 0 {
		way = "less"
	}
	what := "kind_both"
	switch {
	case k.age == "":
		what = "kind_class"
	case k.class == "":
		what = "kind_age"
	}
	return p.Say("forecast.why_"+what+"_"+way, "class", k.class, "days", k.age)
}
