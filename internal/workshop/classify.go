package workshop

import (
	"context"
	"encoding/json"

	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/diag"
)

// Classify gives the buying class of purchases, with reasons.
func Classify(_ context.Context, _ *Bench, in ClassifyInput) (Classified, error) {
	text, err := readText("classify", in.File)
	if err != nil {
		return Classified{}, err
	}
	r, found := classifier.Read(in.File, text)
	return Classified{Answers: r.Answers(), List: r.List, Found: found}, nil
}

// ClassifyInput names the file.
type ClassifyInput struct {
	File string `arg:"" name:"file" json:"file" help:"One purchase or a list, JSON or YAML; - for standard input."`
}

// Classified is the answer of Classify. As JSON it is what was asked: an
// answer for one purchase, a list for a list; findings go beside it.
type Classified struct {
	Answers []classifier.Answer
	List    bool
	Found   diag.Findings
}

// Findings gives the findings.
func (c Classified) Findings() diag.Findings { return c.Found }

// FindingsAside says that the JSON does not carry the findings.
func (c Classified) FindingsAside() bool { return true }

// MarshalJSON gives one answer for one purchase, a list for a list.
func (c Classified) MarshalJSON() ([]byte, error) {
	if !c.List && len(c.Answers) == 1 {
		return json.Marshal(c.Answers[0])
	}
	if c.Answers == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(c.Answers)
}
