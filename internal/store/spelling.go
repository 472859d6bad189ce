package store

import (
	"encoding/hex"
	"strings"
)

// Folded is the form in which words are compared: lower case, single spaces.
func Folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// IDRange gives the lowest and the highest id that begin with a spelling of at
// least eight digits.
func IDRange(s string) (low, high []byte, ok bool) {
	digits := strings.ReplaceAll(s, "-", "")
	if len(digits) < 8 || len(digits) > 32 {
		return nil, nil, false
	}
	low, err := hex.DecodeString(digits + strings.Repeat("0", 32-len(digits)))
	if err != nil {
		return nil, nil, false
	}
	high, _ = hex.DecodeString(digits + strings.Repeat("f", 32-len(digits)))
	return low, high, true
}
