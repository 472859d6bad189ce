package statement

import "strings"

// Sieved reports whether a statement passes the sieve of a pattern.
func Sieved(pattern, s string) bool { return sieveOf(pattern).passes(strings.ToLower(s)) }
