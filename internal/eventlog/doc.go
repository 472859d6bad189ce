// Package eventlog holds a history of cases in columns and answers the
// questions a history must answer: what happened, in which order, how long it
// took and how it ended.
//
// Takes: cases, events and typed attributes, through a Builder or a compact file.
// Gives: Log, the columns themselves, and the answers of Engine (one question_*.go each).
// Never: reads a foreign format, decides what an outcome means, or guesses a value that is missing.
//
// A Log keeps the events of a case together and in order of time; events of
// the same instant stay as they were written. Activity and time take twelve
// bytes an event, the case none: it is an offset. The package plain beside this
// one answers every question again in the most obvious way, and one suite holds
// the two together.
package eventlog
