package logfile

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// LogColumns says which columns of a table of events hold what; what is empty
// is told from the names.
type LogColumns struct {
	Case       string `name:"case" placeholder:"COLUMN" json:"case,omitempty" help:"Column that names the case (told from its name where not said)."`
	Activity   string `name:"activity" placeholder:"COLUMN" json:"activity,omitempty" help:"Column, or attribute, that names what happened."`
	Time       string `name:"time" placeholder:"COLUMN" json:"time,omitempty" help:"Column that holds when it happened."`
	ObjectType string `name:"object-type" placeholder:"TYPE" json:"object_type,omitempty" help:"Of an object-centric log: whose objects are the cases."`
}

// Opening says how a log with these columns is opened.
func (o LogColumns) Opening(cache string, progress func(done, total int64)) Options {
	return Options{Case: o.Case, Activity: o.Activity, Time: o.Time, ObjectType: o.ObjectType, Cache: cache, Progress: progress}
}

// Ends says which values of an attribute mean which end of a case.
type Ends struct {
	Won        []string `name:"won" sep:"none" placeholder:"ATTR=VALUE[,VALUE]" json:"won,omitempty" help:"Cases that end won; ATTR is activity, or an attribute of cases or events."`
	Lost       []string `name:"lost" sep:"none" placeholder:"ATTR=VALUE[,VALUE]" json:"lost,omitempty" help:"Cases that end lost to another."`
	NoDecision []string `name:"no-decision" sep:"none" placeholder:"ATTR=VALUE[,VALUE]" json:"no_decision,omitempty" help:"Cases that end without a decision."`
}

// Rules reads the ends as written.
func (e Ends) Rules(op string) (eventlog.OutcomeMap, error) {
	var out eventlog.OutcomeMap
	for _, part := range []struct {
		words   []string
		outcome throughline.Outcome
	}{{e.Won, throughline.Won}, {e.Lost, throughline.LostCompetitor}, {e.NoDecision, throughline.NoDecision}} {
		for _, w := range part.words {
			r, err := eventlog.ParseOutcomeRule(w, part.outcome)
			if err != nil {
				return nil, throughline.Fail(op, throughline.Invalid, "", err)
			}
			out = append(out, r)
		}
	}
	return out, nil
}
