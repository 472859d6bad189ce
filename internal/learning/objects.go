package learning

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake/logfile"
)

// ObjectsInput names an object-centric log.
type ObjectsInput struct {
	Log        string `arg:"" name:"log" json:"log" help:"An OCEL 2.0 log: JSON, XML or SQLite."`
	ObjectType string `name:"object-type" placeholder:"TYPE" json:"object_type,omitempty" help:"Only the life of these objects."`
	Limit      int    `name:"limit" short:"n" placeholder:"N" default:"20" json:"limit,omitempty" help:"How many steps of each type to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *ObjectsInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// ObjectFlows is the answer of MineObjects.
type ObjectFlows struct {
	Of     string        `json:"of"`
	Events int           `json:"events"`
	Types  []ObjectFlow  `json:"object_types"`
	Found  diag.Findings `json:"findings,omitempty"`
}

// Findings gives the findings.
func (o ObjectFlows) Findings() diag.Findings { return o.Found }

// ObjectFlow is what follows what for objects of one type.
type ObjectFlow struct {
	Type    string       `json:"type"`
	Objects int          `json:"objects"`
	Edges   int          `json:"edges"`
	Steps   []ObjectStep `json:"steps"`
}

// ObjectStep is an edge: how often one activity came directly after another in
// the life of an object.
type ObjectStep struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	Count    int     `json:"count"`
	MeanDays float64 `json:"days_mean"`
	MinDays  float64 `json:"days_min"`
	MaxDays  float64 `json:"days_max"`
}

// MineObjects follows the objects of an object-centric log.
func MineObjects(ctx context.Context, _ *Learner, in ObjectsInput) (ObjectFlows, error) {
	const op = "follow objects"
	if desk.Outside(in.Limit) {
		return ObjectFlows{}, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
	}
	out := ObjectFlows{Of: in.Log, Types: []ObjectFlow{}}
	form, err := logfile.FormOf(in.Log)
	if err != nil {
		return out, err
	}
	if form != logfile.Objects {
		return out, throughline.Fail(op, throughline.Invalid, in.Log, errors.New("it is no object-centric log; mine map draws the map of any other"))
	}
	whole, found, err := logfile.ReadObjects(ctx, in.Log)
	out.Found = found
	if err != nil || whole == nil {
		return out, err
	}
	out.Events = len(whole.Events)
	objects, at := map[string]int{}, map[string]int{}
	for _, o := range whole.Objects {
		objects[o.Type]++
	}
	var types []string
	for _, t := range whole.Types() {
		types = append(types, t)
		if in.ObjectType == "" || t == in.ObjectType {
			at[t] = len(out.Types)
			out.Types = append(out.Types, ObjectFlow{Type: t, Objects: objects[t], Steps: []ObjectStep{}})
		}
	}
	if in.ObjectType != "" && len(out.Types) == 0 {
		return out, throughline.Fail(op, throughline.Invalid, in.Log, diag.Unknown(in.ObjectType, types))
	}
	for _, e := range whole.DirectlyFollows() {
		i, ok := at[e.ObjectType]
		if !ok {
			continue
		}
		flow := &out.Types[i]
		if flow.Edges++; in.Limit == 0 || len(flow.Steps) < in.Limit {
			flow.Steps = append(flow.Steps, ObjectStep{e.From, e.To, e.Count, e.Wait.Mean / microsADay, inDays(e.Wait.Min), inDays(e.Wait.Max)})
		}
	}
	return out, nil
}
