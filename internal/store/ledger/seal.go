package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
)

// Every row that a database keeps on a disk carries a checksum of its values
// (the column "sum"): CRC-32C, which sees every flip of up to three bits in rows
// of any size that occur, and costs a tenth of a per cent of an import. The
// tally of a workspace counts the rows of every table, so that a row that is
// gone is missed.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Sum is the checksum of a row of a table, with a buffer to spell the row in,
// which it gives back. What is empty and what is not there are alike, since not
// every driver tells them apart.
func Sum(b []byte, t *Table, values []any) (int64, []byte) {
	b = append(b[:0], t.Name...)
	if early := len(t.Columns) - t.Later; t.Later > 0 && len(values) > early &&
		!slices.ContainsFunc(values[early:], func(v any) bool { return v != int64(0) }) {
		values = values[:early]
	}
	head := func(tag byte, n uint64) { b = binary.BigEndian.AppendUint64(append(b, tag), n) }
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			head(0, 0)
		case int64:
			head(1, uint64(v))
		case int:
			head(1, uint64(v))
		case float64:
			head(2, math.Float64bits(v))
		case string:
			if v == "" {
				head(0, 0)
				continue
			}
			head(3, uint64(len(v)))
			b = append(b, v...)
		case []byte:
			if len(v) == 0 {
				head(0, 0)
				continue
			}
			head(4, uint64(len(v)))
			b = append(b, v...)
		default:
			panic(fmt.Sprintf("ledger: a %T cannot be sealed", v))
		}
	}
	return int64(crc32.Update(0, castagnoli, b)), b
}
