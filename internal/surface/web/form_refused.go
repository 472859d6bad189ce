package web

import (
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/phrase"
)

// refusal says why something could not be recorded, in the reader's language
// and about the page.
func (v *visit) refusal(err error) string {
	var r *throughline.Refusal
	if !errors.As(err, &r) {
		return phrase.Initial(cause(err))
	}
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		if day, is := a.(throughline.Day); is {
			a = v.p.Day(day)
		}
		args[i] = a
	}
	return v.p.Say("refused."+r.Code, args...)
}
