// Package outlook joins forecasts to what the product keeps: it turns deals
// and event logs into the histories that forecasts learn from, and back.
//
// Takes: facts and readings of deals, or an event log and the meaning of its ends.
// Gives: a forecast.History in which nothing is known before it was learned, and findings about what was left out of it.
// Never: computes a probability, does I/O, or lets in an attribute that was written after the end.
//
// Rules, thresholds and limits: docs/methods/outlook.md.
package outlook
