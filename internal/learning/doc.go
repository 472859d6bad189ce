// Package learning asks what a history teaches: the deals of a ledger as a log,
// or event logs of other origin; how they go, where they stall, what tells the
// won from the lost.
//
// Takes: a desk, an input that names the history and the cases, and what is kept of the ledger's log.
// Gives: answers with their JSON shape, the findings of reading, and files for whoever takes the log along.
// Never: writes to the ledger, shows more of it than the desk's reader gives, or takes what was learned later than the instant asked about.
package learning
