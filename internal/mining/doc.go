// Package mining reads off a history how customers really buy: the ways cases
// take, how many processes they need, which milestones matter, how well cases
// fit a road map, and where they go quiet.
//
// Takes: an eventlog.Log with a selection of its cases, and what the caller's words mean.
// Gives: values with the numbers, their spread, and the cases behind them; English sentences beside codes.
// Never: guesses an outcome, looks into the future of a case to describe its opening, or reads a file.
//
// Formulas, sources and limits stand in docs/methods/mining-*.md.
package mining
