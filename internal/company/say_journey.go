package company

import "github.com/throughline/throughline"

// line is a sentence as a seller writes it down the same day, with the grade
// it deserves (DOMAIN 3.2): E1 our reading, E2 somebody said it, E3 wrote or
// did it, E4 two functions or an official record.
//
// In braces: {Role} and {role} who it comes from, {other} somebody else of
// theirs (a mention), {event} a thing that happened and is not told twice,
// {problem} {from} {to} {measure} {unit} {units} {crew} {old} {record} {delayed}
// {date} {body} {must} {peer} from the account's sector, {n} {m} small numbers
// in words, {ref} a reference number.
type line struct {
	grade throughline.Grade
	text  string
}

// The grades, short, because every line below begins with one.
const (
	e1 = throughline.E1
	e2 = throughline.E2
	e3 = throughline.E3
	e4 = throughline.E4
)

// says gives, by phase, what customers say, write and do when they answer its question.
var says = [throughline.PhaseCount + 1][]line{
	throughline.Notice: {
		{e1, "It sounded as if everybody there has learned to live with it."},
		{e1, "Our impression of the call: each of them sees a part of it, nobody the whole."},
		{e1, "They nodded when we described what others see. Nobody gave an example."},
		{e2, "{Role} said that {event}."},
		{e2, "{Role} described it without being asked: {problem}."},
		{e2, "“It is not the first time,” said {role}: {event}."},
		{e2, "{Role} told us that {crew} stay on after the shift to explain what is not written down."},
		{e3, "{Role} sent a month's tally: {from} {measure}."},
		{e3, "{Role} sent photographs of {old}, with the gaps ringed by hand."},
		{e3, "{Role} wrote a page about one week. On the Tuesday, {event}."},
		{e3, "{Role} came in for a night shift to see it, and wrote down {n} things that did not reach the morning."},
		{e3, "{Role} counted for a fortnight and pinned the figure to the wall: {from} {measure}."},
		{e3, "{Role} let us listen to two handovers and marked on the sheet what had been missed."},
		{e4, "{Record}: {n} entries in six months name the change of shift as a cause."},
		{e4, "{Role} and {other} described the same gap a week apart, neither knowing of the other."},
		{e4, "Internal audit, finding {n}: {problem}."},
		{e4, "{Record} and the exit interviews point to the same half hour between two shifts."},
		{e4, "From the minutes of {body}: {event}; cause to be looked into."},
	},
	throughline.Own: {
		{e1, "They call it a priority. We counted six others on the wall."},
		{e1, "It felt as if somebody senior wants this. We do not know who."},
		{e1, "Money did not come up, and we did not raise it."},
		{e2, "{Role} said that another year like this one would cost them people, not only hours."},
		{e2, "{Role} will carry it, they said, if {delayed} can wait."},
		{e2, "“This before {delayed},” said {role}."},
		{e2, "{Role} named {date} as the day by which it has to be different."},
		{e3, "{Role} has set aside a day a week until {date}, and told the others by e-mail."},
		{e3, "{Role} moved {delayed} to next year to make room."},
		{e3, "{Role} took it on by name and cleared Thursday mornings for it."},
		{e3, "{Role} sent us this year's list in order: this is second, {delayed} is fifth."},
		{e3, "{Role} booked a room and {n} people for a first working day on it."},
		{e3, "{Role} wrote to {other} what a year of doing nothing has cost, with the sums."},
		{e4, "Objectives for the year, signed by {body}: less is to be lost between shifts."},
		{e4, "Budget line opened in the name of {other}; the amount is small, the name is not."},
		{e4, "Minutes of {body}: {delayed} is put back, this goes ahead. Owner: {role}."},
		{e4, "{Role} and {other} each have it among their three aims for the year."},
		{e4, "The annual plan says it on page {n}: to be different by {date}."},
	},
	throughline.Align: {
		{e1, "Finance “seems fine with it”. Nobody asked them."},
		{e1, "A good mood in the room. The people whose day changes most were not in it."},
		{e1, "They appear to agree. We heard three words for the same thing."},
		{e2, "{Role} said that for the {crew} the trouble is not the time, it is being asked twice."},
		{e2, "A good year, said {role}, would be {to} {measure} instead of {from}."},
		{e2, "{Role} said that {other} sees it differently, and that the two will talk."},
		{e2, "{Role} counted off whose day changes: the {crew}, their leads, whoever plans the shifts."},
		{e3, "{Role} wrote one page: {from} {measure} today, {to} by {date}."},
		{e3, "{Role} listed who gains and who gives something up, and sent it round."},
		{e3, "{Role} and {other} settled who counts what. It is in the notes of the meeting."},
		{e3, "{Role} took the measure for a first month: {from} {measure}. That is the baseline now."},
		{e3, "{Role} struck shift planning from the scope, in writing: another problem, another day."},
		{e3, "{Role} spent two hours with {n} {crew} and sent us the wall as a photograph."},
		{e3, "{Role} corrected our wording of the problem in four places. It is theirs now."},
		{e4, "One statement of the problem, half a page, accepted by every function it touches; their names stand under it."},
		{e4, "Minutes of {body}: measured will be {measure}; {from} today, {to} is the aim."},
		{e4, "{Role} and {other}, asked separately, gave the same measure and the same aim."},
		{e4, "The staff's representatives and {role} put their names to one page on what changes, and for whom."},
		{e4, "{Body} recorded a disagreement and how it was settled: the {crew} say what is urgent, nobody else."},
	},
	throughline.Explore: {
		{e1, "They seem to be looking at two or three ways. We think ours is one of them."},
		{e1, "Somebody said they might do it themselves. It was not clear how seriously."},
		{e2, "{Role} said they tried a shared spreadsheet once. It lasted six weeks."},
		{e2, "“Doing nothing is still on the list,” said {role}, “and it should be.”"},
		{e2, "{Role} asked what would get better if they only moved the start of the shift by a quarter of an hour."},
		{e2, "{Role} said that building it would take two people they do not have."},
		{e3, "{Role} sent their own list of five ways. Doing nothing is first, buying is fourth."},
		{e3, "{Role} ruled out building it, in writing: two people, nine months, nobody to mend it."},
		{e3, "{Role} spent a day with {peer} to see how they do it."},
		{e3, "{Role} had one {unit} try a better form for a month, and wrote up why it stopped."},
		{e3, "{Role} compared three kinds of answer on one sheet: a better form, a messaging tool, a record made for handovers."},
		{e4, "Paper for {body}: four ways looked at, two dropped, each with its reason."},
		{e4, "{Role} and {other} had each ruled out the better form, for different reasons."},
		{e4, "The draft for {body} begins with what can be changed without buying anything."},
		{e4, "Two reports, one from {role} and one from {other}: not on the intranet."},
	},
	throughline.Rules: {
		{e1, "“The committee decides,” we were told. By what rule, we did not learn."},
		{e1, "Price seems to matter. Nobody has said how much."},
		{e2, "{Role} said who has a vote: five people, and one more who can stop it."},
		{e2, "If it is a tie, said {role}, the {crew} break it."},
		{e2, "{Role} said that above the limit it goes to {body}, who meet once a month."},
		{e2, "{Role} said what would make it a no: anything that has to be typed twice."},
		{e3, "{Role} sent seven musts in order. The first is {must}."},
		{e3, "{Role} wrote down the rule: who decides, by when, and what breaks a tie."},
		{e3, "{Role} took our sample rule apart and added who can say no."},
		{e3, "{Role} cut the wishes from forty to nine and had {n} {crew} sign them."},
		{e3, "{Role} fixed the limits of the trial before it begins: {to} {measure}, or it is a no."},
		{e3, "{Role} wrote when they will stop looking: before {date}, with whatever they know then."},
		{e4, "The approval route, from purchasing, with limits and names, one page."},
		{e4, "Minutes of {body}: the musts are accepted in this order by all who will live with them. First: {must}."},
		{e4, "Evaluation plan, published inside: criteria, weights, five names, one date."},
		{e4, "{Role} and {other} described the same rule, asked separately."},
	},
	throughline.Choose: {
		{e1, "We are told that we are in front. So, perhaps, is somebody else."},
		{e1, "The demonstration went well. What the {crew} thought we did not hear."},
		{e2, "{Role} said that two are left, and that ours is easier to read at three in the morning."},
		{e2, "{Role} said the other offer has the better reports."},
		{e2, "{Role} told us where we are weaker: bringing in the shift plan takes two steps, elsewhere one."},
		{e2, "The {crew} who tried it would keep it, said {role}."},
		{e3, "{Role} sent their scored comparison: three offers, nine criteria; on price we are second."},
		{e3, "{Role} ran the trial in two {units} against the limits set beforehand: inside them in eight weeks of ten."},
		{e3, "{Role} had {n} {crew} rank the options after a week with each."},
		{e3, "{Role} wrote why the second choice came second."},
		{e3, "{Role} spent two days at one of our customers, without us."},
		{e3, "{Role} did the comparison again with the price column hidden. The order stayed."},
		{e4, "Letters to the two others: not chosen, with the reasons."},
		{e4, "Minutes of {body}: ranking accepted, one abstention."},
		{e4, "Trial report, signed by {role} and {other}: inside the limits that were set before."},
		{e4, "Evaluation closed: five people's scores, the sum, the ranking, on file under {ref}."},
	},
	throughline.Commit: {
		{e1, "A yes on the telephone, and a warm one. Nothing since."},
		{e1, "We take the silence as work going on inside."},
		{e1, "They asked about a discount, which we read as a good sign."},
		{e2, "{Role} said that the case is with finance, in finance's own form."},
		{e2, "What worries them, said {role}, is the first month, when both ways run side by side."},
		{e2, "{Role} said who will announce it, and that it will not be us."},
		{e2, "The money is there, said {role}, if the first two {units} can show that it helps."},
		{e3, "{Role} wrote down what could go wrong, with a name beside every line."},
		{e3, "{Role} has set the day on which the {crew} will be told."},
		{e3, "{Role} took {n} people off the shift plan for the first month."},
		{e3, "{Role} wrote a way out after the first phase into the case."},
		{e3, "{Role} went through the return line by line and changed two of our figures."},
		{e4, "Finance has approved the case, in its own form, under {ref}."},
		{e4, "Resolution of {body}: go ahead, money released; {role} answers for it."},
		{e4, "{Role} and {other} each accepted their part of the risk list in writing."},
		{e4, "Approval {ref} in their system: every step is green."},
	},
	throughline.Adopt: {
		{e2, "{Role} said that the {crew} ask for it on the {units} that do not have it yet."},
		{e3, "{Role} took {old} away from the first {units}."},
		{e3, "{Role} asks about it on Monday mornings now, before anything else."},
		{e3, "{Role} trained the last {n} {crew} personally, at night, because that is when they work."},
		{e4, "Counted by {body}: nine of ten handovers in the first {units} are made the new way."},
		{e4, "{Record} no longer has a page for the change of shift; both of its keepers say why."},
	},
	throughline.Prove: {
		{e2, "{Role} said the night before {date} was the first without a telephone call."},
		{e3, "{Role} reported upward: {from} {measure} before, {to} after."},
		{e3, "{Role} told a meeting of their peers what went well and what did not."},
		{e4, "Measured by finance against the aim set at the start: {to} {measure}, from {from}."},
		{e4, "{Body} decided to keep it and to go on to the next {units}."},
	},
}

// orders gives what practised buyers say and do; they skip what they know.
var orders = [throughline.PhaseCount + 1][]line{
	throughline.Rules: {
		{e2, "{Role} gave the rule in one sentence: same terms, delivered before {date}, lowest price of three."},
		{e2, "{Role} said nothing has changed since the last order but the number."},
		{e3, "{Role} sent the request for a quotation: {n} {units}, two dates, one page."},
		{e3, "{Role} sent the article list with quantities and the framework number {ref}."},
		{e4, "Request {ref} in their purchasing system, with quantities and the delivery date."},
	},
	throughline.Choose: {
		{e2, "{Role} said that all three quotes are in and that ours is complete."},
		{e2, "{Role} said price was level and delivery decided."},
		{e3, "{Role} sent the comparison of the quotes with the names struck out."},
		{e3, "{Role} asked the two {units} concerned and wrote down that both want what they have."},
		{e4, "Award note in their system: {ref}, three quotes compared."},
	},
	throughline.Commit: {
		{e2, "{Role} said it is in this week's approval run."},
		{e2, "{Role} said the budget holder has no questions."},
		{e3, "{Role} sent the approval with the cost centre."},
		{e3, "{Role} confirmed the delivery days {unit} by {unit}."},
		{e4, "Requisition {ref} released within the limits."},
	},
	throughline.Prove: {
		{e3, "{Role} confirmed delivery, complete and on the day."},
		{e4, "Supplier rating for the quarter: on time, no returns."},
	},
}

// cards gives what one person with a card says and does.
var cards = [throughline.PhaseCount + 1][]line{
	throughline.Rules: {
		{e2, "{Role} said what it has to do: be quicker than {old}."},
		{e2, "{Role} said: if it works on Saturday, it stays."},
	},
	throughline.Choose: {
		{e2, "{Role} said they looked at three in one evening and that ours asked the fewest questions."},
		{e3, "{Role} set it up for {n} people in an afternoon, without asking us anything."},
	},
	throughline.Commit: {
		{e2, "{Role} said it comes out of the kitty and needs nobody's signature."},
		{e3, "{Role} paid for a month by card."},
	},
	throughline.Prove: {
		{e2, "{Role} said that nobody has asked for {old} back."},
		{e3, "{Role} put a second team on it and paid for both."},
	},
}

// matters names what was answered in a phase, for saying that it still holds.
var matters = [throughline.PhaseCount + 1]string{
	throughline.Notice: "what was found at the start", throughline.Own: "the mandate", throughline.Align: "the page on the problem and its measure",
	throughline.Explore: "the list of ways",
	throughline.Rules:   "the rule", throughline.Choose: "the ranking", throughline.Commit: "the approval", throughline.Adopt: "the count",
	throughline.Prove: "the result",
}

// again says that an earlier answer still holds; {matter} is what was answered.
var again = []line{
	{e4, "Minutes of {body}: {matter} was gone through again and stands."},
	{e4, "{Role} and {other} both confirmed {matter}, for the file."},
	{e4, "Quarterly report to {body}: {matter}, unchanged."},
	{e4, "{Body} took note of {matter} without discussion."},
	{e4, "Status page on the wall, initialled by {role} and {other}: {matter} as before."},
	{e4, "{Role} and {other}, each asked on another day, still give {matter} in the same words."},
	{e4, "On the list of {body}, ticked: {matter}."},
	{e4, "The half-year review repeats {matter} and adds nothing."},
	{e4, "{Role} briefed a newcomer from {matter}; {other} did the same elsewhere."},
	{e4, "Minutes of {body}, last point: nobody wishes to reopen {matter}."},
}

// against gives what speaks against an answer, by phase.
var against = [throughline.PhaseCount + 1][]line{
	throughline.Notice: {
		{e2, "{Role} said that the figures are from a bad month."},
		{e3, "{Role} wrote that it is a matter of two people, not of the change of shift."},
	},
	throughline.Own: {
		{e2, "{Role} said that {delayed} comes first after all."},
		{e3, "{Role} gave the set-aside days back: {delayed} needs them."},
		{e2, "{Role} does not know of any budget for it."},
	},
	throughline.Align: {
		{e2, "{Role} said the trouble is not the handover, it is too few people."},
		{e3, "{Role} wrote a second page on the problem. It has another measure."},
		{e2, "{Role} was not asked, and said so."},
		{e3, "{Role} sent back the page: it leaves out what the office needs."},
	},
	throughline.Explore: {
		{e2, "{Role} said that a way was left out: wait for the owner's own system."},
		{e3, "{Role} wrote to {other} that in-house should be looked at again."},
	},
	throughline.Rules: {
		{e2, "{Role} said that they have a veto, and that nobody asked."},
		{e3, "{Role} sent four new musts after the list was closed."},
		{e2, "{Role} said the rule was never agreed with finance."},
	},
	throughline.Choose: {
		{e2, "{Role} said the trial was run on the two easiest {units}."},
		{e3, "{Role} asked for a fourth offer to be scored."},
		{e2, "{Role} thinks the ranking would be another with this year's prices."},
	},
	throughline.Commit: {
		{e2, "{Role} said they would rather see it run a year elsewhere first."},
		{e3, "{Role} took the case off the agenda."},
		{e2, "{Role} would feel better, they said, with one more reference."},
	},
	throughline.Adopt: {{e2, "{Role} said that two {units} have gone back to {old}."}},
	throughline.Prove: {{e2, "{Role} said that nobody took the baseline."}},
}
