package ledger

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
)

// What deals are found by lies together, 256 deals to a row, so that looking
// for words reads a few hundred rows and not a hundred thousand. Of each deal
// there is a line: a mark, its place among the 256 in two bytes that begin no
// character, and then, each behind a mark of its own, its title and every name
// its customer has had.
const (
	lineMark  = '\x1e'
	fieldMark = '\x1f'
	lineHead  = 3 // bytes before the first field
	atOnce    = 256
)

// unmarked takes out of a text what would be read as a mark.
func unmarked(s string) string {
	if !strings.ContainsAny(s, "\x1e\x1f") {
		return s
	}
	return strings.NewReplacer("\x1e", " ", "\x1f", " ").Replace(s)
}

func line(place int, fields []string) []byte {
	b := []byte{lineMark, 0x80 | byte(place>>4), 0x80 | byte(place&15)}
	for _, f := range fields {
		b = append(append(b, fieldMark), unmarked(f)...)
	}
	return b
}

// placeOf gives the place that a line says.
func placeOf(b []byte) int { return int(b[1]&0x7f)<<4 | int(b[2]&0x7f) }

// respell writes the lines of some deals anew; those without a row lose theirs.
func (w *writing) respell(ctx context.Context, works []*relisted) error {
	names, err := w.namesOf(ctx, works)
	if err != nil {
		return err
	}
	for len(works) > 0 {
		chunk, n := works[0].seq/atOnce, 1
		for n < len(works) && works[n].seq/atOnce == chunk {
			n++
		}
		var was []byte
		err := w.Read(ctx, Words, Ask{Columns: []string{"words"}, Prefix: in(w.ws, chunk)}, func(row Row) error {
			was = bytes.Clone(row.Bytes(0))
			return nil
		})
		if err != nil {
			return err
		}
		lines := map[int][]byte{}
		for _, l := range bytes.SplitAfter(was, []byte{lineMark}) { // each ends with the mark of the next
			if l = append([]byte{lineMark}, bytes.TrimSuffix(l, []byte{lineMark})...); len(l) > lineHead {
				lines[placeOf(l)] = l
			}
		}
		for _, k := range works[:n] {
			place := int(k.seq % atOnce)
			if delete(lines, place); k.row != nil {
				lines[place] = line(place, append([]string{calledIn(k.row)}, names[id[throughline.AccountID](k.row, colAccount)]...))
			}
		}
		works = works[n:]
		now := make([]byte, 0, len(was)+64)
		for place := range atOnce {
			now = append(now, lines[place]...)
		}
		if bytes.Equal(was, now) {
			continue
		}
		if err := w.put(ctx, Words, chunk, now); err != nil {
			return err
		}
	}
	return nil
}

// namesOf gives every name that the customers of some deals have had, folded.
func (w *writing) namesOf(ctx context.Context, works []*relisted) (map[throughline.AccountID][]string, error) {
	var ids []throughline.AccountID
	for _, k := range works {
		if a := (throughline.AccountID{}); k.row != nil {
			if copy(a[:], k.row.Bytes(colAccount)); !a.IsZero() {
				ids = append(ids, a)
			}
		}
	}
	out := map[throughline.AccountID][]string{}
	err := among(ctx, w, Accounts, Ask{Columns: []string{"id", "folded"}, Prefix: in(w.ws), In: "id"}, distinct(ids), bytesOf, func(row Row) error {
		a := id[throughline.AccountID](row, 0)
		if name := row.Text(1); !slices.Contains(out[a], name) {
			out[a] = append(out[a], name)
		}
		return nil
	})
	return out, err
}

// spelt tells, by running number, how well deals are matched by folded words:
// by their titles and their customers' names.
func spelt(ctx context.Context, r Reader, ws throughline.Workspace, words string, rank map[int64]int) error {
	needle := []byte(unmarked(words))
	return r.Read(ctx, Words, Ask{Columns: []string{"chunk", "words"}, Prefix: in(ws)}, func(row Row) error {
		first, text := row.Int(0)*atOnce, row.Bytes(1)
		for at := 0; ; {
			i := bytes.Index(text[at:], needle)
			if i < 0 {
				return nil
			}
			i += at
			at = i + 1
			l := bytes.LastIndexByte(text[:i], lineMark)
			if l < 0 || i < l+lineHead {
				continue
			}
			n := 2
			if text[i-1] == fieldMark {
				n = 1
				if end := i + len(needle); end == len(text) || text[end] == fieldMark || text[end] == lineMark {
					n = 0
				}
			}
			better(rank, first+int64(placeOf(text[l:])), n)
		}
	})
}

// better keeps the better of how well a deal matches.
func better(rank map[int64]int, seq int64, n int) {
	if had, ok := rank[seq]; !ok || n < had {
		rank[seq] = n
	}
}

// seqsOf gives running numbers in order.
func seqsOf(rank map[int64]int) []any {
	seqs := make([]int64, 0, len(rank))
	for s := range rank {
		seqs = append(seqs, s)
	}
	slices.SortFunc(seqs, cmp.Compare)
	out := make([]any, len(seqs))
	for i, s := range seqs {
		out[i] = s
	}
	return out
}
