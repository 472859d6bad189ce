package operation

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// WritePrivate is `throughline private write`.
var WritePrivate = define(Operation{
	Words: []string{"private", "write"}, Route: "POST /deals/{id}/private",
	Summary: "A note about a deal that only its author reads",
	About: "Keeps words for whoever writes them and for nobody else: not on others' pages, in no search, in no export, no evidence, nothing is learned from " +
		"them, and the audit does not say that they were written. Erasing the author takes them away; erasing somebody of the customer's takes their name out. " +
		"Who writes is who has signed in, or whose token it is; where nobody signs in, --as says who, and whoever is at the machine can read them. " +
		"Once people sign in, a command on the machine reads and writes none, nor does a token that somebody else issued. They are not encrypted: whoever holds the database file could read them there.",
	Examples: []string{`throughline private write 1C1I7A6R "I doubt that they will decide before summer" --as 'Hanna Okabe'`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, themselves(records(recording.WritePrivate)))

// ListPrivate is `throughline private list`.
var ListPrivate = define(Operation{
	Words: []string{"private", "list"}, Route: "GET /private",
	Summary: "What you keep to yourself: your private notes",
	About: "Lists the private notes of whoever asks, about one deal or about all, oldest first; --json gives them to take along, and --removed those that " +
		"were taken away too, which is all that is kept. Nobody can ask for somebody else's.",
	Examples: []string{
		"throughline private list --as 'Hanna Okabe'",
		"throughline private list 1C1I7A6R --as 'Hanna Okabe'",
		"throughline private list --removed --json --as 'Hanna Okabe'",
	},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, themselves(shows(showing.ListPrivate)))

// RemovePrivate is `throughline private remove`.
var RemovePrivate = define(Operation{
	Words: []string{"private", "remove"}, Route: "POST /deals/{id}/private-removed",
	Summary: "Take a private note away, or bring it back",
	About: "It is not shown any more; --back shows it again. What it said stays in the ledger, for its author alone, until they are erased: private list " +
		"--removed has it. A note of somebody else's is answered as one that is not there.",
	Examples: []string{"throughline private remove 1C1I7A6R 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --as 'Hanna Okabe'"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, themselves(records(recording.RemovePrivate)))

// themselves runs work as whoever keeps something to themselves: who has signed in,
// whatever is said; where nobody signs in, who is named or said so before.
func themselves[In interface{ Whose() string }, Out any](run work[In, Out]) work[In, Out] {
	return func(ctx context.Context, d *Desk, in In) (Out, error) {
		who, err := d.oneself(ctx, strings.TrimSpace(in.Whose()))
		if err != nil {
			var none Out
			return none, err
		}
		own := *d
		own.Author = who
		return run(ctx, &own, in)
	}
}

func (d *Desk) oneself(ctx context.Context, as string) (throughline.PersonID, error) {
	const op = "keep private notes"
	if d.Team {
		switch {
		case d.Guest == nil, d.Guest.Token && !d.Guest.Own: // what somebody else issued in their name reads nothing of theirs
			return throughline.PersonID{}, throughline.Fail(op, throughline.Denied, "", nil)
		case as != "" && as != d.Guest.User.ID.String() && !strings.EqualFold(as, d.Guest.User.Name):
			return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, "",
				throughline.Refuse("private_as", "who has signed in keeps notes of their own, and nobody else's"))
		}
		return d.Guest.User.ID, nil
	}
	begun, err := d.porter().Begun(ctx, &d.Desk)
	switch {
	case err != nil:
		return throughline.PersonID{}, err
	case begun: // at the machine itself one may do much, and this not
		return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, "",
			throughline.Refuse("private_signed", "people sign in here, and each reads what they keep to themselves on the deal's page, or by a token of theirs"))
	case as == "" && d.Author.IsZero():
		return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, "",
			throughline.Refuse("private_who", "whose note is it? --as names one of your people"))
	case as == "":
		return d.Author, nil
	}
	return d.ours(ctx, op, as)
}

// isOneself reports whether whoever is at the desk is somebody: who has signed in;
// where nobody does, whoever is at the machine is everybody.
func (d *Desk) isOneself(ctx context.Context, id throughline.PersonID) (bool, error) {
	if d.Team { // a token that somebody else issued in their name is not they
		return d.Guest != nil && d.Guest.User.ID == id && (!d.Guest.Token || d.Guest.Own), nil
	}
	begun, err := d.porter().Begun(ctx, &d.Desk)
	return err == nil && !begun, err
}

// ours finds one of our people by an id or the whole name.
func (d *Desk) ours(ctx context.Context, op, word string) (throughline.PersonID, error) {
	var found []throughline.PersonID
	if id, err := throughline.ParseID(word); err == nil {
		people, err := d.Read().People(ctx, []throughline.PersonID{throughline.PersonID(id)})
		if err != nil {
			return throughline.PersonID{}, err
		}
		for _, p := range people {
			if p.Ours && p.Erased.IsZero() {
				found = append(found, p.ID)
			}
		}
	} else {
		people, err := d.Read().FindPeople(ctx, word, 50)
		if err != nil {
			return throughline.PersonID{}, err
		}
		for _, p := range people {
			if p.Ours && p.Erased.IsZero() && desk.Loosely(p.Name) == desk.Loosely(word) {
				found = append(found, p.ID)
			}
		}
	}
	if len(found) != 1 {
		return throughline.PersonID{}, throughline.Fail(op, throughline.NotFound, desk.Short(word), throughline.Refuse("not_ours", "this is none of our people"))
	}
	return found[0], nil
}
