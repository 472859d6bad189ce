package web

import "github.com/throughline/throughline/internal/phrase"

// refusal says why something could not be recorded, in the reader's language
// and about the page.
func (v *visit) refusal(err error) string {
	if words, ok := v.p.Refused(err); ok {
		return words
	}
	return phrase.Initial(cause(err))
}
