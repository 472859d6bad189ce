package forecasting

import (
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/outlook"
)

// Categorised is somebody's own category of a deal, beside the computed chances.
type Categorised struct {
	Word     string          `json:"category,omitempty"` // commit, best_case, pipeline, omitted, or another system's word
	By       string          `json:"from,omitempty"`     // "person": said here; "import": another system's
	On       throughline.Day `json:"on,omitzero"`
	Reason   string          `json:"reason,omitempty"`
	Override bool            `json:"override,omitempty"`       // a commit on nobody's word but the seller's, with a reason
	Needs    bool            `json:"needs_override,omitempty"` // the same without one
}

// ReadCategory reads a category as people and other systems write it; none is "".
func ReadCategory(word string) (deal.Category, bool) {
	w := deal.Category(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(word))))
	switch w {
	case "none":
		return "", true
	case "bestcase":
		w = deal.BestCase
	case "omit":
		w = deal.Omitted
	}
	for _, c := range deal.Categories() {
		if w == c {
			return c, true
		}
	}
	return "", false
}

// CategoryOf is what people take a deal for: what was said here, or what
// another system says, whichever is newer (DOMAIN B.1, 11).
func CategoryOf(s *deal.Summary, imported string, at time.Time, zone *time.Location) Categorised {
	var c Categorised
	switch {
	case s.Judged.Set() && (imported == "" || !at.After(s.Judged.At)):
		if s.Judged.Value.Category == "" {
			return c
		}
		c = Categorised{Word: string(s.Judged.Value.Category), By: "person", On: throughline.DayOf(s.Judged.At, zone), Reason: s.Judged.Value.Reason}
	case imported != "":
		c = Categorised{Word: imported, By: "import"}
		if known, ok := ReadCategory(imported); ok {
			c.Word = string(known)
		}
		if !at.IsZero() {
			c.On = throughline.DayOf(at, zone)
		}
	}
	if c.Word == string(deal.Commit) && !s.FromCustomer() {
		c.Override, c.Needs = c.Reason != "", c.Reason == ""
	}
	return c
}

// category is what people take a deal for, as far as the history knows.
func (f fitted) category(s *deal.Summary, attributes map[string]string, zone *time.Location) Categorised {
	word, at := f.past.built.Category(s.Deal)
	if word == "" {
		word = outlook.CategoryIn(attributes)
	}
	return CategoryOf(s, word, at, zone)
}

// CategoryNow is what people take a deal for, of a summary with attributes.
func CategoryNow(s *deal.Summary, zone *time.Location) Categorised {
	word, at := "", time.Time{}
	for name, v := range s.Attributes {
		if w := outlook.CategoryIn(map[string]string{name: v.Value}); w != "" && !v.At.Before(at) {
			word, at = w, v.At
		}
	}
	return CategoryOf(s, word, at, zone)
}
