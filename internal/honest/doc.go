// Package honest draws made-up companies with known truth, to try what the
// product says of a history on histories it has never met: which attributes
// were known on the first day, which groups buy differently, which milestones
// matter, and which of all that is not so.
//
// Takes: a seed and a design.
// Gives: event logs with their ends, and what is true of them.
// Never: is imported by the product; no figure of it reaches a screen.
//
// The trials are tests of this package: a share of the seeds in `make test`,
// all of them in `make honest`. What they show stands in docs/methods/honest.md.
package honest
