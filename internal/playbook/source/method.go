package source

import "github.com/throughline/throughline"

// PackShape is the form of a pack. A pack has no stages, fields or gates: it
// helps on the road and never replaces it (claim 67).
func PackShape() *Shape {
	places := ListOf(OneOf(placeWords()), 1)
	noStage := "a methodology helps on the road and never replaces it; put the stage in your own process, or leave it out"
	return Record(
		Field{Key: "name", Shape: Text(), Required: true, Doc: "the name people here use for it", Example: "name: Insight-led"},
		Field{Key: "origin", Shape: Text(), Doc: "where the idea comes from"},
		Field{Key: "idea", Shape: Text(), Required: true, Doc: "the idea in our own words", Example: "idea: …"},
		Field{Key: "core", Shape: OneOf([]string{"true", "false"}), Doc: "the product's own material, which no borrowed method covers"},
		Field{Key: "weights", Required: true, Doc: "how much it has to say at each place: 0 silent, 1 touches, 2 useful, 3 its home ground",
			Example: "weights: {p1: 3, p2: 2}", Shape: Keyed(placeWords(), Whole(0, 3))},
		Field{Key: "tools", Doc: "what to work with", Shape: ListOf(Record(
			Field{Key: "id", Shape: Slug(), Required: true, Doc: "names the tool in addresses", Example: "id: risk-menu"},
			Field{Key: "name", Shape: Text(), Required: true, Doc: "our name for it", Example: "name: Risk menu"},
			Field{Key: "in", Shape: Text(), Doc: "what goes in"},
			Field{Key: "out", Shape: Text(), Doc: "what comes out"},
			Field{Key: "at", Shape: OneOf(placeWords()), Required: true, Doc: "where it helps", Example: "at: p7"},
			Field{Key: "minutes", Shape: Whole(1, 600), Doc: "how long it takes"},
			Field{
				Key:   "inward",
				Shape: OneOf([]string{"true", "false"}),
				Doc:   "whether it is done without the customer; stays when a solicitation is out",
			},
			Field{
				Key:     "milestone",
				Shape:   Line(),
				Doc:     "the milestone of yours it is tied to",
				Example: "milestone: process/standard/milestone/risks-owned",
			},
		), 1)},
		Field{Key: "dropped", Doc: "tools of the shipped pack that you do not use, for whoever reads why", Shape: ListOf(Record(
			Field{Key: "id", Shape: Slug(), Required: true, Doc: "the tool", Example: "id: risk-menu"},
			Field{Key: "why", Shape: Text(), Doc: "why it is not used here"},
		), 1)},
		Field{Key: "prompts", Doc: "questions worth asking", Shape: ListOf(Record(
			Field{Key: "ask", Shape: Text(), Required: true, Doc: "the question", Example: "ask: What could we make reversible?"},
			Field{Key: "at", Shape: OneOf(placeWords()), Required: true, Doc: "where it belongs", Example: "at: p7"},
			Field{Key: "urgency", Shape: OneOf([]string{"true", "false"}), Doc: "whether it presses the cost of waiting; hidden once P7 is open"},
			Field{
				Key:   "inward",
				Shape: OneOf([]string{"true", "false"}),
				Doc:   "whether it is asked of ourselves, not of them; stays when a solicitation is out",
			},
		), 1)},
		Field{Key: "vocabulary", Shape: Keyed[string](nil, ListOf(Line(), 1)), Doc: "for each of our words, its words"},
		Field{Key: "presumes", Shape: ListOf(Text(), 1), Doc: "what has to be there for it to work"},
		Field{Key: "clashes", Doc: "what it does not go with", Shape: ListOf(Record(
			Field{Key: "with", Shape: ListOf(Slug(), 1), Required: true, Doc: "the other packs", Example: "with: [spin]"},
			Field{Key: "at", Shape: places, Doc: "where"},
			Field{Key: "rule", Shape: Text(), Required: true, Doc: "what to do", Example: "rule: choose one"},
		), 1)},
		Field{Key: "marks", Shape: Text(), Doc: "names that somebody owns, so not used here"},
		Field{
			Key:      "credit",
			Shape:    Text(),
			Required: true,
			Doc:      "the line that credits the source",
			Example:  "credit: Draws on ideas from …; not affiliated or endorsed.",
		},
		Field{Key: "status", Shape: statusWord(), Doc: "how far it has been made your own"},
		Field{Key: "stages", Refused: noStage, Doc: "refused"},
		Field{Key: "stage", Refused: noStage, Doc: "refused"},
		Field{Key: "milestones", Refused: noStage, Doc: "refused"},
		Field{Key: "required_fields", Refused: "a methodology may not ask for fields; the process may", Doc: "refused"},
		Field{Key: "gates", Refused: "there are no gates here; a prompt reminds, and a seller decides", Doc: "refused"},
		Field{Key: "gate", Refused: "there are no gates here; a prompt reminds, and a seller decides", Doc: "refused"},
	)
}

// PresetShape is the form of a preset.
func PresetShape() *Shape {
	return Record(
		Field{Key: "name", Shape: Text(), Required: true, Doc: "the market", Example: "name: Healthcare"},
		Field{Key: "differs", Shape: Text(), Required: true, Doc: "how buying differs here", Example: "differs: …"},
		Field{Key: "status", Shape: statusWord(), Doc: "how far it has been made your own"},
		Field{Key: "dated", Shape: Text(), Doc: "for rules that change: the date of this set"},
		Field{
			Key:      "class",
			Shape:    OneOf(throughline.Classes()),
			Required: true,
			Doc:      "what most purchases here are; no answer for any one of them",
			Example:  "class: complex",
		},
		Field{Key: "priors", Shape: Keyed(factorWords(), Whole(0, 2)), Doc: "what the classifier's factors mostly are here; guesses to ask about"},
		Field{Key: "emphasis", Shape: ListOf(OneOf(phaseWords()), 1), Doc: "the questions that matter most here"},
		Field{
			Key:   "locked",
			Shape: ListOf(OneOf(phaseWords()), 1),
			Doc:   "the questions during which rules of access forbid outreach: prompts that need it are locked",
		},
		Field{Key: "milestones", Required: true, Doc: "six to ten to choose from", Example: "milestones: […]", Shape: ListOf(Record(
			Field{Key: "id", Shape: Slug(), Required: true, Doc: "names the milestone", Example: "id: item-listed"},
			Field{Key: "short", Shape: Text(), Required: true, Doc: "two to four words", Example: "short: Item listed"},
			Field{Key: "statement", Shape: Text(), Required: true, Doc: "what a customer person did", Example: "statement: The buyer …"},
			Field{Key: "serves", Shape: OneOf(phaseWords()), Required: true, Doc: "the question it helps to answer", Example: "serves: p6"},
			Field{
				Key:   "track",
				Shape: OneOf(append(stepWords(throughline.Contracting), stepWords(throughline.Change)...)),
				Doc:   "the step of a track it proves",
			},
		), 1)},
		Field{Key: "contracting", Doc: "how long the steps take here", Shape: Keyed(stepWords(throughline.Contracting), takesShape())},
		Field{Key: "blend", Shape: blendShape(), Doc: "packs that go well here"},
		Field{Key: "words", Shape: Keyed[string](nil, ListOf(Line(), 1)), Doc: "for each of our words, what people say here"},
		Field{Key: "traps", Shape: ListOf(Text(), 3), Required: true, Doc: "three ways to go wrong", Example: "traps: […]"},
	)
}

// blendShape takes {insight: [p1, p2], jolt: [p7]}: the pack and where it leads.
func blendShape() *Shape {
	return Keyed[string](nil, ListOf(OneOf(placeWords()), 0))
}

func takesShape() *Shape {
	return Record(
		Field{Key: "best", Shape: Days(0, 3650), Required: true, Doc: "the best quarter of cases", Example: "best: 5 days"},
		Field{Key: "middle", Shape: Days(0, 3650), Required: true, Doc: "the middle case", Example: "middle: 10 days"},
		Field{Key: "worst", Shape: Days(0, 3650), Required: true, Doc: "the worst quarter of cases", Example: "worst: 20 days"},
	)
}

func testShape() *Shape {
	attr := Either(Line(), ListOf(Line(), 0))
	return Record(
		Field{Key: "tests", Required: true, Doc: "the deals", Example: "tests: […]", Shape: ListOf(Record(
			Field{Key: "name", Shape: Line(), Required: true, Doc: "what is shown", Example: "name: a federal order goes the federal way"},
			Field{Key: "as_of", Shape: Line(), Doc: "the day on which the deal is read; 2026-06-30 unless said"},
			Field{Key: "deal", Doc: "what the deal knows when it opens, for the rules of processes", Shape: Keyed[string](nil, attr)},
			Field{Key: "c", Shape: Keyed[string](nil, Line()), Doc: "complexity factors, as in `throughline classify`"},
			Field{Key: "p", Shape: Keyed[string](nil, Line()), Doc: "presence factors"},
			Field{Key: "evidence", Doc: "what the customer has shown", Shape: ListOf(Record(
				Field{Key: "at", Shape: Line(), Required: true, Doc: "a phase, a track step or a milestone's address", Example: "at: p1"},
				Field{Key: "grade", Shape: OneOf(gradeWords()), Required: true, Doc: "how far it can be trusted", Example: "grade: E3"},
				Field{Key: "by", Shape: Line(), Doc: "the customer person it comes from"},
				Field{Key: "days_ago", Shape: Whole(0, 5000), Doc: "how long ago; 5 unless said"},
				Field{Key: "against", Shape: OneOf([]string{"true", "false"}), Doc: "whether it speaks against"},
			), 1)},
			Field{
				Key:      "expect",
				Required: true,
				Doc:      "what the playbook should say",
				Example:  "expect: {class: complex, frontier: p2}",
				Shape: Record(
					Field{Key: "process", Shape: Slug(), Doc: "the process the deal takes"},
					Field{Key: "class", Shape: OneOf(throughline.Classes()), Doc: "the buying class"},
					Field{Key: "frontier", Shape: OneOf(append(phaseWords(), "none")), Doc: "the earliest question that is open"},
					Field{Key: "findings", Shape: ListOf(Line(), 0), Doc: "the checks that have something to say about this playbook, and no others"},
				),
			},
		), 1)},
	)
}

func limitsShape() *Shape {
	f := func(key, doc string, most int) Field { return Field{Key: key, Shape: Whole(1, most), Doc: doc} }
	return Record(
		f("processes", "sales processes before a warning", 50),
		f("stages", "stages of a process", 50),
		f("milestones", "milestones of a process", 200),
		f("milestones_per_stage", "milestones of a stage", 50),
		f("packs", "packs of a process", 19),
		f("prompts", "questions on a screen", 50),
		f("fields_at_once", "required fields at any moment", 50),
		f("fields", "required fields over a deal's life", 200),
		f("people", "people tracked on a deal", 200),
		f("plan_steps", "steps of a shared plan", 200),
		f("minutes", "minutes a week on a complex deal", 120),
		f("words", "words on a process page", 5000),
		f("wrong_picks", "per cent of deals on the wrong process", 100),
		f("customer_share", "least per cent of milestones about the customer", 100),
	)
}

func statusWord() *Shape { return OneOf([]string{"starting-point", "in-progress", "adapted"}) }

func placeWords() []string { return append(phaseWords(), "k", "c") }

func charterWords() []string {
	return []string{"strategy", "focus", "culture", "stance", "experience", "differentiation", "value_creation"}
}

// factorWords are the classifier's factors, spelt as a purchase spells them.
func factorWords() []string {
	return []string{"repetition", "buyer_knowledge", "risk_understood", "veto_holders", "functions_affected", "options_comparable",
		"work_change", "problem_agreement", "reversibility", "steps_seen", "used_before", "owner_named", "rule_and_decider", "funding_route",
		"dated_consequence"}
}
