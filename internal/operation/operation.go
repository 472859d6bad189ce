// Package operation holds everything the product can do, as data: name, words,
// input, output, permission, effect, examples, and the room that does it.
//
// Takes: an input value and a Desk (the stores, the playbook, the clock).
// Gives: an output value with a documented JSON shape, and findings where a person's own text was read.
// Never: does what a room does, prints, knows a face (command line, REST, pages, MCP), or lets one run without its permission.
package operation

import (
	"context"
	"io"
	"reflect"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/team"
	"github.com/throughline/throughline/internal/workshop"
)

// errPartly says why whoever sees a part of the deals brings nothing in.
var errPartly = throughline.Refuse("imports_partly", "a file is brought in by whoever sees every deal")

// Effect says what running an operation does to the stores.
type Effect string

// The effects. What reads writes nothing, whoever asks.
const (
	Reads  Effect = "reads"
	Writes Effect = "writes"
)

// Permission is what a caller must hold.
type Permission string

// The permissions, each including those above it.
const (
	MayRead  Permission = "read"
	MayWrite Permission = "write"
	MayAdmin Permission = "admin"
)

// allows reports whether holding p is enough for need.
func (p Permission) allows(need Permission) bool {
	rank := map[Permission]int{MayRead: 1, MayWrite: 2, MayAdmin: 3}
	return rank[p] >= rank[need] && rank[need] > 0
}

// Operation is one thing the product can do. Faces are made from the list
// that All gives.
type Operation struct {
	Words      []string // on the command line: {"import", "csv"}
	Route      string   // "GET /deals/{id}"; empty where it needs the caller's own files
	Summary    string   // one line
	About      string   // a paragraph or two
	Examples   []string // command lines, each runnable
	Effect     Effect
	Long       bool // takes a while: reports progress, and may be run as a job
	Keeps      bool // reads, and where Desk.Keep is set what it shows is kept, so that it can be judged later
	Permission Permission
	NeedsStore bool // false: runs without a database
	Page       bool // for pages alone: no route, no command, no examples
	Steady     bool // gives the same answer as long as nothing is written that deals, people, lists and rights are made of, but for the time
	Personal   bool // shows what is kept of a person: who looked is noted

	in, out reflect.Type
	run     func(context.Context, *Desk, any) (any, error)
}

// Name is the operation's name as one word: "import_csv".
func (o Operation) Name() string { return strings.Join(o.Words, "_") }

// NewInput gives a pointer to a zero input; its exported fields carry the tags
// from which flags and parameters are made.
func (o Operation) NewInput() any { return reflect.New(o.in).Interface() }

// Output is the type of the answer, for schemas.
func (o Operation) Output() reflect.Type { return o.out }

// Input is the type of the input, for schemas.
func (o Operation) Input() reflect.Type { return o.in }

// Run checks the permission and runs the operation. in is what NewInput gave.
// Errors are *throughline.Error.
func (o Operation) Run(ctx context.Context, d *Desk, in any) (any, error) {
	if d.Began == nil {
		return o.noted(ctx, d, in)
	}
	ctx, end := d.Began(ctx, o)
	done := false
	defer func() {
		if !done { // it panicked, which is somebody else's to tell
			end(throughline.Fail(strings.Join(o.Words, " "), throughline.Internal, "", nil))
		}
	}()
	out, err := o.noted(ctx, d, in)
	done = true
	end(err)
	return out, err
}

// ran is Run of which nobody is told.
func (o Operation) ran(ctx context.Context, d *Desk, in any) (any, error) {
	if !d.may(o) {
		return nil, throughline.Fail(strings.Join(o.Words, " "), throughline.Denied, "", nil)
	}
	if o.Object() == member.Imports { // a file speaks of anybody's deals
		if s, err := d.Sight(ctx); err != nil {
			return nil, err
		} else if !s.Whole() {
			return nil, throughline.Fail(strings.Join(o.Words, " "), throughline.Denied, "", errPartly)
		}
	}
	if o.Long && d.Gate != nil {
		leave, err := d.Gate.Enter(ctx, strings.Join(o.Words, " "))
		if err != nil {
			return nil, err
		}
		defer leave()
	}
	if o.Effect == Writes {
		own := *d
		own.Said = wordsOf(o.Name(), in)
		d = &own
		if d.If != nil {
			if err := d.holdTo(ctx, in); err != nil {
				return nil, err
			}
		}
	}
	return o.run(ctx, d, in)
}

// define makes an operation of a typed function; the types give the shapes.
func define[In, Out any](o Operation, run func(context.Context, *Desk, In) (Out, error)) Operation {
	o.in, o.out = reflect.TypeFor[In](), reflect.TypeFor[Out]()
	o.run = func(ctx context.Context, d *Desk, in any) (any, error) { return run(ctx, d, *in.(*In)) }
	return o
}

// limited refuses a limit that is none.
func limited[In, Out any](
	limit func(In) int,
	op string,
	run func(context.Context, *Desk, In) (Out, error),
) func(context.Context, *Desk, In) (Out, error) {
	return func(ctx context.Context, d *Desk, in In) (Out, error) {
		if desk.Outside(limit(in)) {
			var none Out
			return none, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
		}
		return run(ctx, d, in)
	}
}

// Found is an output that carries findings; a command that has any worse than
// a hint exits with 1.
type Found interface{ Findings() diag.Findings }

// Desk is what an operation works with. Everything outside of a value comes
// through it.
type Desk struct {
	workshop.Bench
	Jobs    *job.Queue           // does what is asked for behind this server; nil: nobody does here
	Dump    Dumping              // writes the ledger into a file where its database cannot be copied as one; nil: it can
	Restore caretaking.Restoring // makes a database of a copy; nil: not here
	Copy    caretaking.Copying   // copies one database into another; nil: not here
	// Began is told that one begins, and gives the context in which it goes on; what it
	// gives beside is told how it ended. May be nil.
	Began func(context.Context, Operation) (context.Context, func(error))
	// FactorKey reads a key of second factors from a file; of "" the one beside the database, and
	// where that lies. Nil: not here.
	FactorKey func(path string) (key member.Key, beside string, err error)
	Holds     Permission // where nobody signs in
	MadeUp    bool       // the company is made up: the demo
	Team      bool       // people sign in: Role says what whoever asks may do; "" is nothing
	Role      member.Role
	ReadsOnly bool                           // a token that changes nothing, whatever its owner's role
	Guest     *team.Guest                    // who has signed in; nil: nobody
	Porter    *team.Porter                   // lets people in; nil: made each time
	Secrets   io.Reader                      // where secrets are drawn from; nil: the system's
	PublicURL string                         // under which customers reach the plans, without a slash at its end; empty: not known
	Mail      func(to, subject, text string) // takes a letter, to be sent at once; nil: no mail is sent from here
	Standing  []sharing.Standing             // links of a made-up company that anybody here may open; none anywhere else
	Readers   *recording.Readers             // of notes; nil: made each time
	Model     recording.Model                // the language model that may be asked about notes; off unless somebody names one
	If        *Unchanged                     // what is written rests on a deal as it was read; nil: on nothing
	Keep      bool                           // what is shown may be kept in the ledger; else this process alone remembers it
	Shelf     *workshop.Shelf                // published playbooks as they are now; nil: those of Versions
	Gate      *job.Gate                      // lets so many long operations run at once; nil: all
	Forecasts *forecasting.Forecasts         // what is remembered of forecasts, and who works them out; nil: each asker does
	Logs      *learning.Logs                 // of the ledger; nil: made each time
	Looks     *importing.Looks               // the last first look; nil: made each time
	Cache     string                         // folder for compact copies of logs that were read; empty: none is kept
	Pulse     *desk.Pulse                    // tells pages of what is written; nil: the server makes one
	Lists     *listing.Keeper                // keeps the ledger's lists right; nil: whoever asks looks whether they are
}

// Dumping writes a whole ledger to a path where nothing is.
type Dumping func(ctx context.Context, path string, tell func(desk.Progress)) error

// OnFiles is an input that may name files of its own; an operation on such
// files needs no database.
type OnFiles interface{ OnFiles() bool }

// All lists the operations that have a command, a route or both, in the order
// in which help shows them. Pages lists the others.
func All() []Operation {
	return []Operation{
		ImportCSV, ImportSalesforce, ImportHubSpot, ImportPipedrive, ImportDynamics, ImportZoho, ImportOdoo, ImportBitrix, ImportClose, ImportFreshsales,
		ImportXES, ImportOCEL, UndoImport,
		ShowFirstLook, ListToday, ListCalendar, ListDeals, ShowDeal, ListFacts, ListAttention, ListInitiatives, ShowInitiative, ShowAccount, ShowPerson,
		CaptureNote, PrepareCall, ReviewDeals, ReviewSession,
		RecordDeal, RecordEvidence, RecordEvent, RecordPerson, RecordReports, RecordStance, RecordStrategy, RecordBet, RecordStep, RecordStated, RecordStatedList,
		RecordDecision, RecordWork, RecordInitiative, RecordPurchase, RecordMilestone,
		RecordSkip, RecordOverride, RecordClass, RecordTarget, RecordResult, RecordNote, RecordQuestion, RecordPromise, RecordPromiseResult, RecordStage,
		RecordProcess, RecordDate, RecordAmount,
		RecordAside, RecordRethink, RecordEnd, RecordResume, RecordUndo, RecordMany, RecordBack,
		RecordTitle, RecordCustomer, RecordOwner, RecordMistake, RecordMerge, RecordUnmerge,
		WritePrivate, ListPrivate, RemovePrivate,
		MergePeople, UnmergePeople,
		ShowPlan, LinkPlan, PassCode, RevokePlan, ExportPlan,
		InitPlaybook, PublishPlaybook, CheckPlaybook, TestPlaybook, DiffPlaybooks, ShowPlaybook, ShowPacks, BriefPack, WeighPlaybook, CopiedPlaybook, CountProcesses,
		ExplainCheck, SayRemark, UnsayRemark, AnswerRemark, ListRemarks, AssignProcesses, ListAssigned,
		Classify, ReadSteps,
		RunForecast, ForecastPeriod, ForecastDeal, BacktestForecast, ShownForecast, JudgeForecast,
		MineSummary, MineVariants, MineMap, MineProcesses, MineMilestones, MineConformance, MineStalls, MineHandover, MineBetween, MineCase, MineObjects,
		MineOverview, MineCases, MineUse,
		Simulate,
		ExportCSV, ExportXES, ExportOCEL, ExportParquet,
		ManageSettings, ManageUsers, ManageTeams, ListTeams, SetAccountSeen, ListAccountsSeen, ManageTokens, ManageFactors, ChangeFactorKey, ErasePerson, ShowKept, ListAudit, ListJobs, ManageJob, CheckLedger, BackupLedger, RestoreLedger, CopyLedger,
	}
}

// Pages lists the operations for pages alone: what stands between a page and a
// room as a value of the same kind, so that permission and what a write says of
// itself have one place, but that no program and no command line asks for.
func Pages() []Operation {
	return []Operation{
		JoinOurs, ShowSettings, ChangeSettings, UndoSettings,
		ListDrafts, ListPresets, ShowDraft, DraftHistory, ReviewDraft, ReviewQuarter, DraftOfNewest, BeginDraft, EditDraft, PublishDraft,
		KeptBacktest, RunForecastSoon, ForecastPeriodSoon, ForecastDealKept,
		ListImports,
		NameElement, ListAssignable,
		DescribePerson,
		DealCategory,
		ListTodayHeld, CountFacts, FindDeals, FindMeant, ListBoard, ListMenus, NameAccount, ListOurs, NamePerson, ListViews, SaveView, DropView, SearchAll, ShowInitiativeOf, ShowLineage,
		ListUsers,
	}
}
