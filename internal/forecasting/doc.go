// Package forecasting answers what may come of the deals of a ledger, or of a
// log: which end, when and how sure; of one deal, of all, of a part; what was
// said on a day, and how good it was.
//
// Takes: a desk, what this process remembers, and whether what is shown may be kept.
// Gives: runs, backtests and what was shown, as values with their JSON shape, their words made by phrase.
// Never: says what was not learned by the day it speaks for, keeps a name in what it keeps, or writes where nobody allowed it.
package forecasting
