package operation

import (
	"github.com/throughline/throughline/internal/showing"
)

// CountFacts tells how many facts count for a deal: what a page that is open
// asks to know whether it has grown old. It has no command of its own.
var CountFacts = define(Operation{
	Words:   []string{"count"},
	Summary: "How many facts a deal has", About: "For pages that are open.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.CountFacts))

// FindDeals gives the deals that a few words may mean, best first, for whoever
// is still typing. It has no command of its own: `throughline deals --search`
// finds all of them.
var FindDeals = define(Operation{
	Words:   []string{"find"},
	Summary: "Deals that a few words may mean", About: "For a palette: quick, and a few.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.FindDeals))

// FindMeant finds the deal that a note is about, from its words. It has no
// command of its own: there a deal is named.
var FindMeant = define(Operation{
	Words:   []string{"meant"},
	Summary: "Which deal a few sentences are about",
	About: "Looks for the names of customers and of their people, and for words of titles, first among one's own open deals, then among all. " +
		"One that is plainly meant comes alone.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.FindMeant))

// ListAttention is `throughline attention`: what to look at first, and why.
var ListAttention = define(Operation{
	Words: []string{"attention"}, Route: "GET /attention",
	Summary: "What to look at first, and why",
	About: "Orders open deals by the reasons to look at them: questions that were reopened, customers gone silent, " +
		"deals in which we run ahead of the customer, dates without answers. The reasons come first; the weight only orders.",
	Examples: []string{"throughline attention", "throughline attention --owner maria --limit 10", "throughline attention --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListAttention))

// ListBoard gives the open deals of a list by the question their customers are
// at. It has no command of its own: `throughline deals --question p4` is one column.
var ListBoard = define(Operation{
	Words: []string{"board"}, Summary: "Open deals by the question their customers are at",
	About: "A column for each of the nine questions, and one for deals of which nothing tells it.", Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListBoard))

// ListDeals is `throughline deals`: where every customer is.
var ListDeals = define(Operation{
	Words: []string{"deals"}, Route: "GET /deals",
	Summary: "Where every customer is",
	About: "Lists deals with where the customer is, where we act as if they were, and when they last acted. " +
		"A bare CRM export has nothing from the customer in it; the list says so and shows no position.",
	Examples: []string{
		"throughline deals",
		"throughline deals --outcome open --silent",
		"throughline deals --search northfield --sort amount",
		"throughline deals --process standard --outcome open",
		"throughline deals --question p4 --due-to 2027-03-31 --sums",
		"throughline deals --as-of 2017-06-30 --json",
	},
	Effect: Reads, Permission: MayRead, NeedsStore: true, Steady: true,
}, shows(showing.ListDeals))

// ListMenus gives what the menus over a list have to offer. It has no command
// of its own.
var ListMenus = define(Operation{
	Words: []string{"menus"}, Summary: "What the menus over a list have to offer", About: "Our people with deals, and the stages of open deals.", Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListMenus))

// NameAccount gives a customer's name; "" where there is none such.
var NameAccount = define(Operation{
	Words: []string{"customer", "name"}, Summary: "A customer's name", About: "For pages.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.NameAccount))

// ListOurs lists our own people: those with whom deals are. It has no command
// of its own.
var ListOurs = define(Operation{
	Words: []string{
		"ours",
	}, Summary: "Our own people", About: "Those with whom deals are, with how many are open.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListOurs))

// NamePerson gives the name of one of our people; "" where there is none.
var NamePerson = define(Operation{
	Words: []string{"name"}, Summary: "A person's name", About: "For pages.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.NamePerson))

// ListToday is `throughline today`: at most five deals, each with one thing to do.
var ListToday = define(Operation{
	Words: []string{"today"}, Route: "GET /today",
	Summary: "What to do today: at most five deals, each with one act, and what has a day this week",
	About: "For each deal one act (whom to ask, call or send something, by which day), why, and what happens if it is left. " +
		"Beside it what has a day within a week: promises of theirs, steps, bets, moves that were planned. " +
		"record aside takes a deal off the list; it comes back by itself when the customer acts or its day comes.",
	Examples: []string{"throughline today", "throughline today --owner hanna", "throughline today --as-of 2026-06-30 --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListToday))

// ListTodayHeld is the same list for a page that shows it while it is worked
// through: what was begun on stays where it stood.
var ListTodayHeld = define(Operation{
	Words: []string{"today", "held"}, Summary: "Today's list with what was begun on left in its place",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListTodayHeld))

// ListCalendar is `throughline calendar`: what is due, day by day.
var ListCalendar = define(Operation{
	Words: []string{"calendar"}, Route: "GET /calendar",
	Summary: "What is due in the days to come: promises, steps, bets, moves, orders, results",
	About: "With the filters of deals. A span of days is asked for with --from and --to, at most a year; --ics prints it for a calendar program. " +
		"Of more than a thousand deals with a day in it the soonest are looked at, and it says how many are not.",
	Examples: []string{"throughline calendar", "throughline calendar --owner hanna --from 2026-12-01 --to 2026-12-31", "throughline calendar --ics"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListCalendar))

// ListViews gives the views that are kept. It has no command of its own.
var ListViews = define(Operation{
	Words: []string{"views"}, Summary: "The views of the list that are kept", About: "With who of us made each.", Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListViews))

// SaveView keeps a view, or brings one back that was taken away.
var SaveView = define(Operation{
	Words: []string{"view", "save"}, Summary: "Keep a view of the list", About: "Under a name, for everyone who works here.", Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, shows(showing.SaveView))

// DropView takes a view away. What it was is given, so that it can be kept again.
var DropView = define(Operation{
	Words: []string{"view", "drop"}, Summary: "Take a view of the list away", About: "It is no longer offered; nothing else changes.", Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, shows(showing.DropView))

// SearchAll looks for words beyond the titles, customers and ids of deals: in
// the names of people, theirs and ours, and in what was said and noted. It has
// no command of its own.
var SearchAll = define(Operation{
	Words:   []string{"search"},
	Summary: "People and words that a few words may mean",
	About: "Looks for people of the customers and of ours by name and title, and through what was recorded of the deals that were written to last. " +
		"What was taken back, and what was not yet known on the day looked at, is not found.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.SearchAll))

// ShowAccount is `throughline account ID`: a customer across its deals.
var ShowAccount = define(Operation{
	Words: []string{"account"}, Route: "GET /accounts/{id}",
	Summary: "A customer: its deals, its people, who of ours knows whom, and what they said",
	About: "All deals of a customer with what they are worth, everybody of theirs who takes part in one, and what comes from them, newest first. " +
		"Of each of their people it says who of ours wrote what of them, how often and when last: met, called, wrote, heard (wrote down what they said or did), " +
		"or named and no more. What was imported has no author of ours and counts for nobody. ID is our id, or the name.",
	Examples: []string{`throughline account "Northfield Hospitals"`, "throughline account 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ShowAccount))

// ShowDeal is `throughline deal ID`: one deal on one page.
var ShowDeal = define(Operation{
	Words: []string{"deal"}, Route: "GET /deals/{id}",
	Summary: "One deal on one page",
	About: "Shows where the customer is and where we act as if they were, the evidence behind both, what they have to answer next, " +
		"the people, the tracks, and every fact with its dates and source. ID is ours, the other system's, or the beginning of either. " +
		"--alike tells of up to three won deals that are most like it, and the line that each took.",
	Examples: []string{"throughline deal 1C1I7A6R", "throughline deal 1C1I7A6R --alike", "throughline deal 0190b2f0 --as-of 2017-06-30", "throughline deal 006bm00000LKJNTAA5 --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true, Steady: true,
}, shows(showing.ShowDeal))

// ListFacts is `throughline facts ID`: what is known of a deal, fact by fact.
var ListFacts = define(Operation{
	Words: []string{"facts"}, Route: "GET /deals/{id}/facts",
	Summary: "What is known of a deal, fact by fact",
	About: "Every fact that counts, oldest first, with its dates and source, as deal --json has them too; page by page where a deal has many. " +
		"All pages tell what was known when the first was asked for, so that what others write meanwhile is in none of them.",
	Examples: []string{"throughline facts 1C1I7A6R", "throughline facts 1C1I7A6R --kind stage_entered --limit 20 --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListFacts))

// ListInitiatives is `throughline initiatives`.
var ListInitiatives = define(Operation{
	Words: []string{"initiatives"}, Route: "GET /initiatives",
	Summary: "The change efforts of customers, and how they stand",
	About: "Lists what customers want to change, of which purchases are parts: who stands behind it, how many purchases it has, and what of the " +
		"work is moving, stuck, failing, overdue or done.",
	Examples: []string{"throughline initiatives", "throughline initiatives --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ListInitiatives))

// ShowInitiative is `throughline initiative ID`.
var ShowInitiative = define(Operation{
	Words: []string{"initiative"}, Route: "GET /initiatives/{id}",
	Summary: "One change effort of a customer: its purchases, its work, what is in danger",
	About: "Shows what a customer wants to change: the outcome in their words, who stands behind it, our purchases and those of others, and the work " +
		"beside them: what is moving, stuck, failing, overdue, done. " +
		"ID is our id, the name, or the beginning of either.",
	Examples: []string{`throughline initiative "One handover for all wards"`},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ShowInitiative))

// ShowInitiativeOf tells a deal's page of the initiative it belongs to; the
// zero line where it belongs to none. It is no command of its own.
var ShowInitiativeOf = define(Operation{
	Words: []string{"initiative", "of"}, Summary: "The change effort that a deal is a part of", Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ShowInitiativeOf))

// ShowLineage gives the deals that one grew out of or may grow into, and
// whether it asks to be treated as a larger purchase; pages show it. It is no
// command of its own.
var ShowLineage = define(Operation{
	Words: []string{"lineage"}, Summary: "What a deal grew out of, and what it may grow into", Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ShowLineage))

// ShowPerson is `throughline person show`: one of a customer's people across deals.
var ShowPerson = define(Operation{
	Words: []string{"person", "show"}, Route: "GET /people/{id}",
	Summary: "Somebody of a customer's: deals, roles, stances, what they said, and who of ours knows them",
	About: "The deals somebody takes part in, with roles and stances over time, what they gave as evidence, and who of ours wrote what of them, how " +
		"often and when last. --by leaves of what is known what one of ours wrote down. ID is an id, or the whole name.",
	Examples: []string{`throughline person show "Petra Lind"`, `throughline person show "Petra Lind" --by hanna`},
	Personal: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, shows(showing.ShowPerson))
