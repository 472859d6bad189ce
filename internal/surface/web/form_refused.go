package web

import (
	"regexp"
	"strings"

	"github.com/throughline/throughline/internal/phrase"
)

// refusals are what an operation says about a form that it cannot record, and
// what the page says in its place: in the reader's language, about the page.
var refusals = map[string]string{
	"that day is still to come; what has happened has a day up to today": "refused.ahead",
	"that day is still to come": "refused.ahead",
	"a person needs a name":     "refused.name",
	"nobody is named":           "refused.nobody",
	"no day is named":           "refused.day",
	"no fact is named":          "refused.fact",
	"an amount is a number such as 145000 or 145000.50":                       "refused.amount",
	"the strategy says nothing yet":                                           "refused.strategy",
	"the day on which to ask again has to be still to come":                   "refused.past",
	"the day on which it comes back has to be still to come":                  "refused.past",
	"this is no e-mail address":                                               "refused.email",
	"the deal is open":                                                        "refused.open",
	"nobody of this deal is called that; throughline record person adds them": "refused.unknown",
	"a grade of E2 or E3 needs a named person of theirs, or the document or message it stands in; without one it is our own reading, E1": "refused.grade",
	"where do they stand? One of the five has to be chosen":                                                                              "refused.stance",
	"how a deal was opened cannot be taken back; it can be ended":                                                                        "refused.opened",
	"no target was ever set; throughline record target sets one":                                                                         "refused.target",
}

var tooLong = regexp.MustCompile(`is (\d+) (bytes|characters) long; at most (\d+)`)

// refusal says why something could not be recorded.
func (v *visit) refusal(err error) string {
	why := cause(err)
	if key, ok := refusals[why]; ok {
		return v.p.Say(key)
	}
	if m := tooLong.FindStringSubmatch(why); m != nil {
		return v.p.Say("refused.long_"+m[2], "n", m[1], "most", m[3])
	}
	if strings.HasSuffix(why, " is empty") {
		return v.p.Say("refused.empty")
	}
	return phrase.Initial(why)
}
