package source

import "github.com/throughline/throughline"

// Playbook is the layout of a playbook's folder. It is the one declaration
// that reading, the documentation and the editors' schema come from.
func Playbook() Layout { return layout }

var layout = Layout{
	{Path: "playbook.yaml", Required: true, Doc: "name, evidence and silence", Shape: bookShape()},
	{Path: "journey.yaml", Required: true, Doc: "the customer's nine questions", Shape: journeyShape()},
	{Path: "tracks.yaml", Required: true, Doc: "the contracting and the change track", Shape: tracksShape()},
	{Path: "classes.yaml", Required: true, Doc: "what each buying class switches on", Shape: classesShape()},
	{Path: "process/*.yaml", Required: true, Doc: "your own sales process, one file each", Shape: processShape()},
	{Path: "pack/*.yaml", Doc: "borrowed methods, copied and adapted", Shape: PackShape()},
	{Path: "preset/*.yaml", Doc: "markets as starting points", Shape: PresetShape()},
	{Path: "*_test.yaml", Doc: "deals in a few lines, and what the playbook should say of them", Shape: testShape()},
	{Path: "mapping.yaml", Doc: "what foreign stages, outcomes and roles mean", Shape: mappingShape()},
}

func phaseWords() []string {
	var out []string
	for _, p := range throughline.Phases() {
		out = append(out, p.String())
	}
	return out
}

func stepWords(t throughline.Track) []string {
	var out []string
	for _, s := range t.Steps() {
		out = append(out, s.String())
	}
	return out
}

// gradeWords leaves out E0: an assumption is no evidence and cannot lapse.
func gradeWords() []string { return []string{"E1", "E2", "E3", "E4"} }

func bookShape() *Shape {
	return Record(
		Field{Key: "name", Shape: Text(), Required: true, Doc: "the name of the playbook", Example: "name: How we sell"},
		Field{Key: "about", Shape: Text(), Doc: "what it is for and how far it has been adapted"},
		Field{Key: "status", Shape: statusWord(), Doc: "how far it has been made your own"},
		Field{
			Key:     "include",
			Shape:   ListOf(Line(), 1),
			Doc:     "folders inside this one whose files are used where there is none here",
			Example: "include: [base]",
		},
		Field{Key: "charter", Doc: "the seven inputs that make a process your own", Shape: Record(
			Field{Key: "strategy", Shape: Text(), Doc: "where the company wants to be, and what it gives up for that"},
			Field{Key: "focus", Shape: Text(), Doc: "which customers and problems, and which not"},
			Field{Key: "culture", Shape: Text(), Doc: "how people here work with one another and with customers"},
			Field{Key: "stance", Shape: Text(), Doc: "how you stand to customers: adviser, maker, partner"},
			Field{Key: "experience", Shape: Text(), Doc: "what it should be like to buy from you"},
			Field{Key: "differentiation", Shape: Text(), Doc: "why you win, in your customers' words"},
			Field{Key: "value_creation", Shape: Text(), Doc: "what customers gain, and how it is measured"},
		)},
		Field{
			Key:     "own",
			Shape:   ListOf(Line(), 1),
			Doc:     "your own nouns: products, customer types, channels, promises, reasons you win",
			Example: "own: [cold chain, spare-part promise]",
		},
		Field{Key: "words", Doc: "words added to the lists by which statements are read", Shape: Record(
			Field{Key: "actors", Shape: ListOf(Line(), 1), Doc: "persons, roles and bodies of your customers", Example: "actors: [branch, ward]"},
			Field{Key: "things", Shape: ListOf(Line(), 1), Doc: "things that do nothing themselves"},
			Field{Key: "acts", Shape: ListOf(Line(), 1), Doc: "verbs of what can be seen to have been done"},
			Field{Key: "weak", Shape: ListOf(Line(), 1), Doc: "verbs of what cannot"},
		)},
		Field{
			Key:     "knows",
			Shape:   Keyed[string](nil, Either(OneOf([]string{"text", "number"}), ListOf(Line(), 1))),
			Doc:     "what a deal knows when it opens: text, number, or the values it may have",
			Example: "knows: {region: [federal, commercial], seats: number}",
		},
		Field{
			Key:     "vocabulary",
			Shape:   Keyed[string](nil, ListOf(Line(), 1)),
			Doc:     "for each of our words, what others call it",
			Example: "vocabulary: {change_leader: [champion]}",
		},
		Field{Key: "limits", Shape: limitsShape(), Doc: "the warn lines of the weight dial"},
		Field{
			Key:     "reviewed",
			Shape:   Line(),
			Doc:     "the day the milestones were last held against won and lost deals",
			Example: "reviewed: 2026-03-31",
		},
		Field{Key: "evidence", Required: true, Doc: "how long evidence keeps", Example: "evidence: {cycle: 120 days}", Shape: Record(
			Field{
				Key:      "cycle",
				Shape:    Days(1, 3650),
				Required: true,
				Doc:      "how long a deal usually takes; used until history says better",
				Example:  "cycle: 120 days",
			},
			Field{Key: "shelf_life", Shape: Keyed(gradeWords(), Days(1, 3650)), Doc: "how long evidence of each grade keeps its strength"},
		)},
		Field{Key: "silence", Required: true, Doc: "when an open deal is reported as silent", Example: "silence: {default: 60 days}", Shape: Record(
			Field{Key: "default", Shape: Days(1, 3650), Required: true, Doc: "used until there is enough history", Example: "default: 60 days"},
			Field{
				Key:   "quantile",
				Shape: Number(0.5, 1),
				Doc:   "silent when the customer's last act is older than this share of the gaps seen between acts; 0.9 unless said",
			},
			Field{
				Key:   "cycle_quantile",
				Shape: Number(0.5, 1),
				Doc:   "for deals without any customer act: silent when older than this share of closed deals; 1.0 unless said",
			},
			Field{Key: "enough", Shape: Whole(2, 100_000), Doc: "how many observations are enough to use the quantiles; 30 unless said"},
		)},
	)
}

func journeyShape() *Shape {
	texts := ListOf(Text(), 1)
	return KeyedAll(phaseWords(), Record(
		Field{Key: "name", Shape: Text(), Required: true, Doc: "one word for the phase", Example: "name: Align"},
		Field{
			Key:      "ask",
			Shape:    Text(),
			Required: true,
			Doc:      "the customer's question, as they would ask it",
			Example:  "ask: Do we agree what the problem is?",
		},
		Field{Key: "sub", Shape: texts, Doc: "questions inside the question"},
		Field{
			Key:      "evidence",
			Shape:    Keyed(gradeWords(), texts),
			Required: true,
			Doc:      "what counts, by the grade it reaches",
			Example:  "evidence: {E3: [\"...\"]}",
		},
		Field{Key: "not_evidence", Shape: texts, Doc: "what is often taken for an answer and is none"},
		Field{
			Key:      "owner",
			Shape:    OneOf(throughline.Roles()),
			Required: true,
			Doc:      "the role that usually owns the question there",
			Example:  "owner: sponsor",
		},
		Field{Key: "stalls", Shape: texts, Doc: "how it gets stuck"},
		Field{Key: "helps", Shape: texts, Doc: "what helps them on"},
	))
}

func tracksShape() *Shape {
	step := Record(
		Field{Key: "name", Shape: Text(), Required: true, Doc: "a few words for the step", Example: "name: Signature"},
		Field{Key: "ask", Shape: Text(), Required: true, Doc: "the question of the step", Example: "ask: Have both sides signed?"},
		Field{Key: "evidence", Shape: Text(), Doc: "what shows that it is done"},
		Field{Key: "owner", Shape: Text(), Doc: "who usually owns it there"},
		Field{Key: "snag", Shape: Text(), Doc: "what usually goes wrong, or what it means when the step is absent"},
		Field{Key: "takes", Doc: "how long it takes", Shape: Record(
			Field{Key: "best", Shape: Days(0, 3650), Required: true, Doc: "the best quarter of cases", Example: "best: 5 days"},
			Field{Key: "middle", Shape: Days(0, 3650), Required: true, Doc: "the middle case", Example: "middle: 10 days"},
			Field{Key: "worst", Shape: Days(0, 3650), Required: true, Doc: "the worst quarter of cases", Example: "worst: 20 days"},
		)},
	)
	return Record(
		Field{Key: string(throughline.Contracting), Shape: KeyedAll(stepWords(throughline.Contracting), step), Required: true, Doc: "steps k1 to k8"},
		Field{Key: string(throughline.Change), Shape: KeyedAll(stepWords(throughline.Change), step), Required: true, Doc: "steps c1 to c6"},
	)
}

func classesShape() *Shape {
	phases := ListOf(OneOf(phaseWords()), 0)
	return Keyed(throughline.Classes(), Record(
		Field{
			Key:      "shown",
			Shape:    ListOf(OneOf(phaseWords()), 1),
			Required: true,
			Doc:      "the phases that are drawn and counted",
			Example:  "shown: [p5, p6, p7]",
		},
		Field{Key: "highlighted", Shape: phases, Doc: "the phases that are stressed"},
		Field{Key: "pass", Required: true, Doc: "when a question is answered", Example: "pass: {grade: E3}", Shape: Record(
			Field{Key: "grade", Shape: OneOf(gradeWords()), Required: true, Doc: "the least grade of evidence", Example: "grade: E3"},
			Field{Key: "two_people", Shape: phases, Doc: "the phases that need it from two people"},
		)},
		Field{
			Key:     "blend",
			Shape:   blendShape(),
			Doc:     "packs that help where a process names none; {} for none at all",
			Example: "blend: {mobiliser: [p3], jolt: [p6, p7]}",
		},
	))
}

func processShape() *Shape {
	serves := OneOf(phaseWords())
	return Record(
		Field{Key: "name", Shape: Text(), Required: true, Doc: "the name of the process", Example: "name: Standard"},
		Field{Key: "page", Shape: Text(), Doc: "a few words of guidance, printed with the road map"},
		Field{
			Key:     "when",
			Shape:   Line(),
			Doc:     "which deals it is for, in CEL over what a deal knows; every other deal unless said",
			Example: "when: region == 'federal'",
		},
		Field{Key: "route", Shape: Text(), Doc: "the route to market it is for"},
		Field{Key: "preset", Shape: Slug(), Doc: "the preset it began from"},
		Field{Key: "blend", Shape: blendShape(), Doc: "the packs that help on it", Example: "blend: {insight: [p1, p2], jolt: [p6, p7]}"},
		Field{Key: "required_fields", Shape: ListOf(Line(), 1), Doc: "what a seller must fill in; each costs"},
		Field{Key: "branches", Shape: ListOf(Text(), 1), Doc: "forks in the road; there should be none"},
		Field{Key: "stages", Required: true, Doc: "the road, in order", Shape: ListOf(Record(
			Field{Key: "id", Shape: Slug(), Required: true, Doc: "names the stage in addresses; never change it", Example: "id: explore"},
			Field{Key: "name", Shape: Text(), Required: true, Doc: "what people call it", Example: "name: Explore together"},
			Field{Key: "serves", Shape: serves, Required: true, Doc: "the customer's question it helps to answer", Example: "serves: p4"},
			Field{Key: "milestones", Doc: "what the customer has done when the stage has done its work", Shape: ListOf(Record(
				Field{
					Key:      "id",
					Shape:    Slug(),
					Required: true,
					Doc:      "names the milestone in addresses; never change it",
					Example:  "id: measure-agreed",
				},
				Field{Key: "short", Shape: Text(), Required: true, Doc: "two to four words for the picture", Example: "short: Measure agreed"},
				Field{
					Key:      "statement",
					Shape:    Text(),
					Required: true,
					Doc:      "what a customer person did, in one sentence",
					Example:  "statement: The sponsor signed …",
				},
				Field{Key: "serves", Shape: serves, Doc: "the question it helps to answer; the stage's unless said"},
				Field{
					Key:   "track",
					Shape: OneOf(append(stepWords(throughline.Contracting), stepWords(throughline.Change)...)),
					Doc:   "the step of a track it starts or proves",
				},
				Field{Key: "optional", Shape: OneOf([]string{"true", "false"}), Doc: "whether a deal may do without it and nobody asks"},
				Field{Key: "differs", Shape: Text(), Doc: "why this one is yours and nobody else's"},
				Field{Key: "charter", Shape: ListOf(OneOf(charterWords()), 1), Doc: "which inputs of the charter it serves"},
				Field{Key: "cites", Shape: ListOf(Line(), 1), Doc: "the won and lost deals it rests on"},
				Field{
					Key:     "keep",
					Shape:   Keyed[string](nil, Line()),
					Doc:     "findings you keep anyway, each with its reason",
					Example: "keep: {L02: a tender counts the sending}",
				},
			), 0)},
		), 1)},
	)
}

func mappingShape() *Shape {
	words := ListOf(Line(), 0)
	causes := []string{"unknown"}
	for _, c := range throughline.Causes() {
		causes = append(causes, string(c))
	}
	var ends []Field
	var endWords []string
	for _, o := range throughline.Outcomes() {
		f := Field{Key: string(o), Shape: words, Doc: "foreign words for this end"}
		if o == throughline.NoDecision {
			f.Shape = Either(words, Keyed(causes, words))
		}
		ends = append(ends, f)
		endWords = append(endWords, string(o))
	}
	return Record(
		Field{Key: "stages", Shape: Keyed[string](nil, words), Doc: "for each stage address of ours, the foreign stages that mean it"},
		Field{Key: "outcomes", Shape: Record(ends...), Doc: "for each end state, the foreign stages, statuses or reasons that mean it"},
		Field{
			Key:     "history",
			Shape:   Keyed(endWords, words),
			Doc:     "for each end state, what ends a case of an event log, as ATTR=VALUE[,VALUE]; ATTR is activity, or an attribute of cases or events",
			Example: "history: {won: [outcome=True], no_decision: ['activity=Gone quiet']}",
		},
		Field{
			Key:     "first_day",
			Shape:   words,
			Doc:     "attributes that are known on the first day, though the history looks as if they had been written when deals ended; forecasts and mining use them then",
			Example: "first_day: [probability]",
		},
		Field{Key: "roles", Shape: Keyed(throughline.Roles(), words), Doc: "for each role, the foreign roles that mean it"},
	)
}
