package outlook

import (
	"hash/fnv"

	"github.com/throughline/throughline"
)

// MostLearned is from how many deals a forecast learns at most; of more, as
// many are drawn by their ids, which are as good as random.
const MostLearned = 20_000

// Drawn picks about MostLearned of many deals, always the same ones.
func Drawn(id throughline.DealID, of int) bool {
	sum := fnv.New64a()
	sum.Write(id[:])
	h := sum.Sum64()
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return float64(h>>11)/(1<<53) < MostLearned/float64(of)
}
