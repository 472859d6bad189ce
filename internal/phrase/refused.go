package phrase

import (
	"errors"

	"github.com/throughline/throughline"
)

// Refused says why something is not done, by the code of the refusal under an
// error; ok is false where the error holds none.
func (p *Phrase) Refused(err error) (words string, ok bool) {
	var r *throughline.Refusal
	if !errors.As(err, &r) {
		return "", false
	}
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		if day, is := a.(throughline.Day); is {
			a = p.Day(day)
		}
		args[i] = a
	}
	return p.Say("refused."+r.Code, args...), true
}

// Failed says an error: in English its own sentence, which names what was
// attempted on what; in another language the words of the refusal under it,
// after what it is about. What is no refusal has no words of its own yet.
func (p *Phrase) Failed(err error) string {
	words, ok := p.Refused(err)
	if !ok || p.Code() == languages[0] {
		return err.Error()
	}
	var e *throughline.Error
	if errors.As(err, &e) && e.Subject != "" {
		return p.Say("refused_about", "what", e.Subject, "words", words)
	}
	return words
}
