package eventparquet

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"math"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// cost reads a file and gives what memory that took in all, freed or not. Every
// byte that is touched is taken first, so that it bounds the time as well.
func cost(t testing.TB, data []byte) (taken uint64, refused string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	l, found, err := Read(bytes.NewReader(data), int64(len(data)), Options{})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if l != nil {
		if err := l.Check(); err != nil {
			t.Fatal(err)
		}
		return after.TotalAlloc - before.TotalAlloc, ""
	}
	for _, f := range found {
		refused += f.Message + "\n"
	}
	return after.TotalAlloc - before.TotalAlloc, refused
}

// mostCost is what a file of a size may take.
func mostCost(size int) uint64 { return 96<<20 + 4*timesSize*uint64(size) }

// part is a page of a file made by hand.
type part struct {
	header format.PageHeader
	body   []byte
}

// byHand writes a file of three columns of texts whose pages claim whatever
// they are told to, once for each column.
func byHand(t *testing.T, rows int64, codec format.CompressionCodec, schema []format.SchemaElement, pages ...part) []byte {
	t.Helper()
	var compact thrift.CompactProtocol
	out := []byte("PAR1")
	meta := format.FileMetaData{Version: 1, NumRows: rows, Schema: schema}
	if schema == nil {
		n := int32(3)
		meta.Schema = []format.SchemaElement{{Name: "schema", NumChildren: some(n)}}
		for _, name := range []string{"case_id", "activity", "timestamp"} {
			meta.Schema = append(meta.Schema, format.SchemaElement{Name: name, Type: some(format.ByteArray), RepetitionType: some(format.Required)})
		}
	}
	group := format.RowGroup{NumRows: rows}
	for _, name := range []string{"case_id", "activity", "timestamp"} {
		begin := int64(len(out))
		for _, p := range pages {
			b, err := thrift.Marshal(&compact, &p.header)
			if err != nil {
				t.Fatal(err)
			}
			out = append(append(out, b...), p.body...)
		}
		size := int64(len(out)) - begin
		m := format.ColumnMetaData{Type: format.ByteArray, Encoding: []format.Encoding{format.Plain}, PathInSchema: []string{name}, Codec: codec, NumValues: rows,
			TotalUncompressedSize: size, TotalCompressedSize: size, DataPageOffset: begin}
		if len(pages) > 0 && pages[0].header.DictionaryPageHeader.Valid {
			m.DictionaryPageOffset = begin
		}
		group.Columns = append(group.Columns, format.ColumnChunk{FileOffset: begin, MetaData: m})
	}
	meta.RowGroups = []format.RowGroup{group}
	footer, err := thrift.Marshal(&compact, &meta)
	if err != nil {
		t.Fatal(err)
	}
	return tailed(append(out, footer...), len(footer))
}

func tailed(b []byte, footer int) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(footer)), "PAR1"...)
}

func some[T any](v T) thrift.Null[T] { return thrift.Null[T]{V: v, Valid: true} }

func dataPage(values int32, encoding format.Encoding, unpacked int, body []byte) part {
	return part{format.PageHeader{Type: format.DataPage, UncompressedPageSize: int32(unpacked), CompressedPageSize: int32(len(body)),
		DataPageHeader: some(format.DataPageHeader{NumValues: values, Encoding: encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE})}, body}
}

func dictionary(values int32, body []byte) part {
	return part{format.PageHeader{Type: format.DictionaryPage, UncompressedPageSize: int32(len(body)), CompressedPageSize: int32(len(body)),
		DictionaryPageHeader: some(format.DictionaryPageHeader{NumValues: values, Encoding: format.Plain})}, body}
}

func plainTexts(texts ...string) (b []byte) {
	for _, s := range texts {
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return b
}

func uvarints(list ...uint64) (b []byte) {
	for _, v := range list {
		b = binary.AppendUvarint(b, v)
	}
	return b
}

// TestHarmfulFilesAreRefused: each way of claiming much in few bytes is refused
// before the claim is believed, with a sentence.
func TestHarmfulFilesAreRefused(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(512 << 20))
	var space syscall.Rlimit // were the guard gone, the machine should not go with it
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &space); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: min(4<<30, space.Max), Max: space.Max}); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_AS, &space)
	var gz, zs bytes.Buffer
	bomb := make([]byte, 64<<20)
	z := gzip.NewWriter(&gz)
	_, _ = z.Write(bomb)
	z.Close()
	w, _ := zstd.NewWriter(&zs)
	_, _ = w.Write(bomb)
	w.Close()
	run := uint64(1) << 31
	deep := []format.SchemaElement{{Name: "schema", NumChildren: some(int32(1))}}
	for range 2000 {
		deep = append(deep, format.SchemaElement{Name: "x", NumChildren: some(int32(1)), RepetitionType: some(format.Required)})
	}
	wide := []format.SchemaElement{{Name: "schema", NumChildren: some(int32(20_000))}}
	for range 20_000 {
		wide = append(wide, format.SchemaElement{Name: "x", Type: some(format.Int64), RepetitionType: some(format.Required)})
	}
	fixed := []format.SchemaElement{{Name: "schema", NumChildren: some(int32(1))}, {Name: "case_id", Type: some(format.FixedLenByteArray), TypeLength: some(int32(1 << 30)), RepetitionType: some(format.Required)}}
	plain := plainTexts("a")
	long := strings.Repeat("x", 500_000)
	// 600 values, each but the first all of the one before and a letter: the
	// differences of the lengths of what is kept are a block of ones.
	grown := uvarints(128, 4, 60_000, 2_000_000)
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"a run in the dictionary's places": {byHand(t, 10, format.Uncompressed, nil, dictionary(1, plain), dataPage(10, format.RLEDictionary, 10, append([]byte{1}, append(uvarints(run<<1), 0)...))), "a run in it claims"},
		"many runs":                        {byHand(t, 10, format.Uncompressed, nil, dictionary(1, plain), dataPage(10, format.RLEDictionary, 90_000, append([]byte{1}, bytes.Repeat(append(uvarints(4000<<1), 0), 30_000)...))), "more than the 10 values"},
		"packed groups":                    {byHand(t, 10, format.Uncompressed, nil, dictionary(1, plain), dataPage(10, format.RLEDictionary, 10, append([]byte{0}, uvarints(run<<1|1)...))), "a run in it claims"},
		"values of a page":                 {byHand(t, 10, format.Uncompressed, nil, dataPage(math.MaxInt32, format.Plain, len(plain), plain)), "more values than its row group has rows"},
		"values of a dictionary":           {byHand(t, 10, format.Uncompressed, nil, dictionary(math.MaxInt32, plain)), "its dictionary claims"},
		"a page's size":                    {byHand(t, 10, format.Gzip, nil, dataPage(10, format.Plain, 200<<20, gz.Bytes()[:100])), "out of proportion"},
		"gzip holds more than it claims":   {byHand(t, 10, format.Gzip, nil, dataPage(10, format.Plain, 1000, gz.Bytes())), "holds more"},
		"zstd holds more than it claims":   {byHand(t, 10, format.Zstd, nil, dataPage(10, format.Plain, 1000, zs.Bytes())), "holds more"},
		"rows":                             {byHand(t, 1<<40, format.Uncompressed, nil, dataPage(1, format.Plain, len(plain), plain)), "rows in"},
		"a deep schema":                    {byHand(t, 1, format.Uncompressed, deep), "nested deeper"},
		"a wide schema":                    {byHand(t, 1, format.Uncompressed, wide), "elements"},
		"long values of fixed length":      {byHand(t, 1, format.Uncompressed, fixed), "bytes each"},
		"a list of the description":        {tailed(append([]byte("PAR1"), 0x15, 0x02, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00), 9), "claims more than the file holds"},
		"a text of the description":        {tailed(append([]byte("PAR1"), 0x15, 0x02, 0x18, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00), 8), "claims more than the file holds"},
		"one long value in many rows": {byHand(t, 60_000, format.Uncompressed, nil, dictionary(1, plainTexts(long)),
			dataPage(60_000, format.RLEDictionary, 10, append([]byte{1}, append(uvarints(60_000<<1), 0)...))), "out of proportion"},
		"values that grow on each other": {byHand(t, 60_000, format.Uncompressed, nil, dataPage(60_000, format.DeltaByteArray, 100_000, append(grown, make([]byte, 90_000)...))), "out of proportion"},
		"brotli":                         {byHand(t, 10, format.Brotli, nil, dataPage(10, format.Plain, 10, []byte{1})), "with a limit"},
	} {
		taken, refused := cost(t, c.data)
		if refused == "" || !strings.Contains(refused, c.says) {
			t.Errorf("%s (%d bytes): refused with %q, want %q", name, len(c.data), refused, c.says)
		}
		if taken > mostCost(len(c.data)) {
			t.Errorf("%s: %d MB were taken for %d bytes", name, taken>>20, len(c.data))
		}
	}
}
