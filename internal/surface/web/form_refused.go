package web

import (
	"regexp"

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
	"an amount is a number such as 145000, 145000.50 or EUR 50k":                            "refused.amount",
	"this amount can be read in two ways; write it out in full, such as 1234000 or 1234.50": "refused.amount_twice",
	"an amount has at most two places behind the point":                                     "refused.amount_fine",
	"an amount is not less than nothing":                                                    "refused.amount_less",
	"an amount goes up to 90 million million":                                               "refused.amount_great",
	"the amount names another currency than the one beside it":                              "refused.currencies",
	"in which currency? Write it beside the amount, such as EUR 50000":                      "refused.which_currency",
	"the strategy says nothing yet":                                                         "refused.strategy",
	"the day on which to ask again has to be still to come":                                 "refused.past",
	"the day on which it comes back has to be still to come":                                "refused.past",
	"this is no e-mail address":                                                             "refused.email",
	"the deal is open":                                                                      "refused.open",
	"nobody of this deal is called that; throughline record person adds them":               "refused.unknown",
	"a grade of E2 or E3 needs a named person of theirs, or the document or message it stands in; without one it is our own reading, E1": "refused.grade",
	"where do they stand? One of the five has to be chosen":                                                                              "refused.stance",
	"how a deal was opened cannot be taken back; it can be ended":                                                                        "refused.opened",
	"no target was ever set; throughline record target sets one":                                                                         "refused.target",
	"nobody of this deal has this id":                                                                                                    "refused.nobody_id",
	"the playbook of this deal has no such milestone (any more); its journey question can be answered instead":                           "refused.no_milestone",
	"either the class is kept, or it is answered anew":                                                                                   "refused.kept_or_anew",
	"no class is on record that could be kept":                                                                                           "refused.no_class",
	"no factor is answered": "refused.no_factor",
	"a factor is 0, 1 or 2; leave it out where it is not known":                                                                 "refused.factor",
	"once is no token of a form; it is an id such as 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e, and one form's alone":                "refused.token",
	"this form was sent before, with other words, and those were kept; these were not. Sent again from here, they are kept too": "refused.used",
	"the deal needs a title":                                      "refused.title",
	"a currency is three letters, such as EUR":                    "refused.currency",
	"this currency has no parts; write the amount in whole units": "refused.amount_parts",
	"this is already taken back":                                  "refused.taken_back",
	"a cause goes with no_decision; what a rival or their own people did better goes into the text":    "refused.cause",
	"price alone says too little: compared with what, and decided by whom? (--compared, --decided-by)": "refused.price",
	"put off until when, or until what? A day or a trigger brings it back":                             "refused.until",
	"a day on which it comes back goes with postponed":                                                 "refused.comes_back",
	"this deal has no such fact":                                           "refused.no_fact",
	"a stance is a whole number from -2 to +2":                             "refused.stance",
	"agrees is yes, no, or left out where they have not said":              "refused.agrees",
	"a step is contracting/k1 to k8 or change/c1 to c6":                    "refused.step",
	"this deal has no such step of theirs":                                 "refused.no_stated",
	"a day goes with consequence and decide_by":                            "refused.aspect_day",
	"it is either known or not known":                                      "refused.known_or_not",
	"nothing of the step is changed":                                       "refused.unchanged",
	"every step of the list is there already":                              "refused.all_there",
	"this deal has no such work":                                           "refused.no_work",
	"this is no milestone of a process":                                    "refused.milestone",
	"a phase is p1 to p9":                                                  "refused.phase",
	"this deal has no strategy, so there is no bet":                        "refused.no_strategy",
	"this deal has no such version of its strategy":                        "refused.no_version",
	"that version of the strategy makes no bet":                            "refused.no_bet",
	"this deal has no such target":                                         "refused.no_target",
	"no language model is configured; it is off unless somebody names one": "refused.no_model",
	"no deal has an id or a name that begins like this; throughline deals --search WORDS looks further":      "refused.no_deal",
	"a promise is somebody's: a person of theirs (--person), or a role or body (--who \"their legal team\")": "refused.whose_promise",
	"a promise is a named person's or that of a role or body, not both":                                      "refused.one_promiser",
	"no promise of theirs is open; throughline record promise keeps one":                                     "refused.no_promise_open",
	"its rule could not be read, so it takes no deals":                                                       "refused.process_rule",
	"the deal follows this process already":                                                                  "refused.process_same",
	"this deal has no such promise":                                                                          "refused.no_promise",
	"whose stance is it? A person has to be named":                                                           "refused.whose",
	"who is it? A person has to be named":                                                                    "refused.who",
	"nothing is written":                                                                                     "refused.draft_empty",
	"which of the nine questions does it serve?":                                                             "refused.draft_serves",
	"the charter has no such input":                                                                          "refused.draft_unknown",
	"there is no such pack":                                                                                  "refused.draft_unknown",
	"there is no such step":                                                                                  "refused.draft_unknown",
	"there is no such way of buying":                                                                         "refused.draft_way",
	"a process has at least one stage":                                                                       "refused.draft_stage",
	"a playbook has at least one process":                                                                    "refused.draft_process",
	"there is nothing to take back":                                                                          "refused.draft_undo",
	"it holds no playbook.yaml":                                                                              "refused.archive",
	"no file was chosen":                                                                                     "refused.archive_none",
	"the draft was changed since this was looked at; look again, then publish":                               "refused.draft_seen",
	"another version was published since this draft began; take it in first, then publish":                   "refused.draft_outdone",
	"this server was given a playbook's folder, which holds for every deal; take the draft along as an archive, and put its files there": "refused.draft_folder",
	"it has errors that keep it from being used; mend them first":                                                                        "refused.draft_wrong",
}

// inWords are refusals that name something: what they look like, the key, and
// the arguments in turn.
var inWords = []struct {
	like *regexp.Regexp
	key  string
	args []string
}{
	{regexp.MustCompile(`^nobody of this deal is called that; did you mean (.+)\?$`), "refused.did_you_mean", []string{"near"}},
	{regexp.MustCompile(`^it cannot be due before it was promised, on (\S+);`), "refused.due_before", []string{"day"}},
	{regexp.MustCompile(`^it was promised on (\S+), so nothing`), "refused.result_before", []string{"day"}},
	{regexp.MustCompile(`^this deal follows (\S+); throughline record process`), "refused.process_stage", []string{"process"}},
	{regexp.MustCompile(`^the rules say (\S+); say why`), "refused.process_why", []string{"process"}},
	{regexp.MustCompile(`^(\d+) steps; a way to a decision has at most (\d+)$`), "refused.steps", []string{"n", "most"}},
	{regexp.MustCompile(`^several promises are open`), "refused.which_promise", nil},
	{regexp.MustCompile(`^several people may be meant: (.+)$`), "refused.several", []string{"names"}},
	{regexp.MustCompile(`^this deal is linked to a larger one already: (.+)$`), "refused.linked", []string{"to"}},
	{regexp.MustCompile(`^(\d+) things could stop it; the three heaviest are what fits in a head`), "refused.stops", []string{"n"}},
	{regexp.MustCompile(`^(\d+) next moves; three are what gets done`), "refused.moves", []string{"n"}},
	{regexp.MustCompile(`^the note is (\d+) bytes long; at most (\d+) are read at once`), "refused.note", []string{"n", "most"}},
	{regexp.MustCompile(`^there are (\d+) proposals`), "refused.proposals", []string{"n"}},
	{regexp.MustCompile(`is (\d+) bytes long; at most (\d+)`), "refused.long_bytes", []string{"n", "most"}},
	{regexp.MustCompile(`is (\d+) characters long; at most (\d+)`), "refused.long_characters", []string{"n", "most"}},
	{regexp.MustCompile(`^several deals begin like this: (.+)$`), "refused.several_deals", []string{"names"}},
	{regexp.MustCompile(` is empty$`), "refused.empty", nil},
	{regexp.MustCompile(`^(?:the .*day: )?".*" is no date such as`), "refused.no_day", nil},
	{regexp.MustCompile(`^"(.+)" is not known; did you mean "(.+)"\?$`), "refused.unknown_near", []string{"word", "near"}},
	{regexp.MustCompile(`^"(.*)" is none of `), "refused.unknown_word", []string{"word"}},
	{regexp.MustCompile(`^address "(.*?)"`), "refused.unknown_word", []string{"word"}},
	{regexp.MustCompile(`^(?:grade|phase) "(.*?)" is none of`), "refused.unknown_word", []string{"word"}},
	{regexp.MustCompile(`it is not there any more$`), "refused.draft_absent", nil},
	{regexp.MustCompile(`^there is no change called`), "refused.draft_unknown", nil},
	{regexp.MustCompile(`^the archive cannot be read`), "refused.archive", nil},
	{regexp.MustCompile(`^(?:it has more than \d+ files|its files have more than|more than \d+ MB were sent)`), "refused.archive_large", nil},
	{regexp.MustCompile(`^"(.*)" is no id`), "refused.unknown_word", []string{"word"}},
}

// refusal says why something could not be recorded.
func (v *visit) refusal(err error) string {
	why := cause(err)
	if key, ok := refusals[why]; ok {
		return v.p.Say(key)
	}
	for _, w := range inWords {
		if m := w.like.FindStringSubmatch(why); m != nil {
			var args []any
			for i, name := range w.args {
				args = append(args, name, m[i+1])
			}
			return v.p.Say(w.key, args...)
		}
	}
	return phrase.Initial(why)
}
