// Package quantile reads quantiles off sorted numbers, in one way everywhere.
//
// Takes: numbers in order, or how many there are.
// Gives: the p-quantile by linear interpolation; the median of an even count is the mean of the two in the middle.
// Never: sorts, or leaves anything out.
package quantile

// Number is what quantiles are read of.
type Number interface {
	~int | ~int32 | ~int64 | ~float64
}

// Of gives the p-quantile of sorted numbers, p from 0 to 1, in their unit; 0
// where there are none. Source: Hyndman and Fan, Sample Quantiles in
// Statistical Packages, The American Statistician 50 (1996), definition 7,
// which is also the default of R.
func Of[T Number](sorted []T, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i, share := Rank(len(sorted), p)
	low := float64(sorted[i])
	if share == 0 { // so that an infinite neighbour does not matter
		return low
	}
	return low + share*(float64(sorted[i+1])-low)
}

// Rank gives where the p-quantile of n numbers in order stands: at index i, and
// from there the share of the way to the next, 0 where it stands on i itself. n
// is 1 or more.
func Rank(n int, p float64) (i int, share float64) {
	h := min(max(p, 0), 1) * float64(n-1)
	i = min(int(h), n-1)
	if i == n-1 {
		return i, 0
	}
	return i, h - float64(i)
}
