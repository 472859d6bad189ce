package eventparquet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// The library takes memory by what a file claims: the length of a list, the
// size of a page, the number of values, the length of a run. A file of a few
// hundred bytes can claim gigabytes. So before the library sees a part of a
// file, what it claims is held against what the file is long; what is read
// costs at most a bounded multiple of its size.
const (
	maxPage    = 256 << 20 // bytes of a page, unpacked
	timesSize  = 1000      // unpacked bytes, in all, for each byte of the file
	freeBytes  = 16 << 20  // on top of that
	rowsAByte  = 16        // rows for each byte of the file: an honest log needs more than a bit a row
	freeRows   = 1 << 16
	maxSchema  = 2 * maxColumns // elements of the schema
	maxNesting = 64             // of the schema, and of what describes the file
	maxFixed   = 4096           // bytes of a value of fixed length
	headerRoom = 1 << 16
	spareRun   = 1 << 12 // values a run may hold more than its page, from padding
)

var errBeyond = errors.New("what it unpacks to is out of proportion to its size")

// guardFooter looks at the description of a file before it is decoded.
func guardFooter(r io.ReaderAt, size int64) error {
	var tail [8]byte
	if size < 12 {
		return errors.New("it is too short")
	}
	if _, err := r.ReadAt(tail[:], size-8); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(tail[:4]))
	if string(tail[4:]) != "PAR1" || length > size-12 {
		return errors.New("it has no end, or is encrypted")
	}
	footer := make([]byte, length)
	if _, err := r.ReadAt(footer, size-8-length); err != nil {
		return err
	}
	if err := guardThrift(footer); err != nil {
		return err
	}
	var meta format.FileMetaData
	var compact thrift.CompactProtocol
	if err := thrift.Unmarshal(&compact, footer, &meta); err != nil {
		return err
	}
	if n := meta.NumRows; n < 0 || n > freeRows && n/rowsAByte > size {
		return fmt.Errorf("it claims %d rows in %d bytes", n, size)
	}
	return guardSchema(meta.Schema)
}

// guardSchema bounds the number, the depth and the fixed lengths of columns.
func guardSchema(schema []format.SchemaElement) error {
	if len(schema) > maxSchema {
		return fmt.Errorf("its schema has %d elements", len(schema))
	}
	var open []int32 // children still to come, level by level
	for i := range schema {
		for len(open) > 0 && open[len(open)-1] == 0 {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			open[len(open)-1]--
		}
		if n := schema[i].NumChildren; n.Valid && n.V > 0 {
			if open = append(open, n.V); len(open) > maxNesting {
				return fmt.Errorf("its schema is nested deeper than %d", maxNesting)
			}
		}
		if n := schema[i].TypeLength; n.Valid && (n.V < 0 || n.V > maxFixed) {
			return fmt.Errorf("it claims values of %d bytes each", n.V)
		}
	}
	return nil
}

// guard walks over the pages of the columns that will be read.
func guard(r io.ReaderAt, size int64, f *parquet.File) error {
	g := &guarding{r: r, left: timesSize*size + freeBytes}
	defer g.close()
	rows := int64(0)
	for n, group := range f.Metadata().RowGroups {
		if rows += group.NumRows; group.NumRows < 0 || rows > f.NumRows() {
			return fmt.Errorf("row group %d claims more rows than the table has", n)
		}
		for c := range group.Columns {
			if c >= len(f.Root().Columns()) && len(f.Schema().Columns()) <= c {
				return fmt.Errorf("row group %d has more columns than the table", n)
			}
			if path := f.Schema().Columns()[c]; len(path) != 1 {
				continue // nested, and never read
			}
			field, ok := f.Schema().Lookup(f.Schema().Columns()[c]...)
			if !ok || field.MaxRepetitionLevel > 0 {
				continue
			}
			m := &group.Columns[c].MetaData
			at := m.DataPageOffset
			if m.DictionaryPageOffset > 0 && m.DictionaryPageOffset < at {
				at = m.DictionaryPageOffset
			}
			if at < 4 || m.TotalCompressedSize < 0 || at > size || m.TotalCompressedSize > size-at {
				return fmt.Errorf("column %d of row group %d lies outside the file", c, n)
			}
			g.codec, g.optional, g.rows = m.Codec, field.MaxDefinitionLevel > 0, group.NumRows
			g.boolean = field.Node.Type().Kind() == parquet.Boolean
			if err := g.pages(at, at+m.TotalCompressedSize); err != nil {
				return fmt.Errorf("column %d of row group %d: %w", c, n, err)
			}
		}
	}
	return nil
}

// guarding is a walk over pages; left is what may still be unpacked.
type guarding struct {
	r        io.ReaderAt
	left     int64
	codec    format.CompressionCodec
	optional bool // the column may miss values, and its pages say where
	boolean  bool
	rows     int64 // of the row group
	packed   []byte
	plain    bytes.Buffer
	gz       *gzip.Reader
	zst      *zstd.Decoder
}

func (g *guarding) close() {
	if g.zst != nil {
		g.zst.Close()
	}
}

func (g *guarding) pages(at, end int64) error {
	var compact thrift.CompactProtocol
	head := make([]byte, 0, 512)
	values := int64(0)
	for at < end {
		h, n, err := pageHeader(g.r, compact, head, at, end)
		if err != nil {
			return fmt.Errorf("the page header at byte %d cannot be read: %w", at, err)
		}
		body := at + n
		if h.CompressedPageSize < 0 || int64(h.CompressedPageSize) > end-body {
			return fmt.Errorf("the page at byte %d is longer than its column", at)
		}
		claimed := int64(h.UncompressedPageSize)
		if claimed < 0 || claimed > maxPage || claimed > g.left {
			return fmt.Errorf("the page at byte %d claims %d bytes: %w", at, claimed, errBeyond)
		}
		g.left -= claimed
		if g.packed = append(g.packed[:0], make([]byte, h.CompressedPageSize)...); len(g.packed) > 0 {
			if _, err := g.r.ReadAt(g.packed, body); err != nil {
				return err
			}
		}
		n, err = g.page(h)
		if err != nil {
			return fmt.Errorf("the page at byte %d: %w", at, err)
		}
		if values += n; values > g.rows {
			return fmt.Errorf("the column claims more values than its row group has rows")
		}
		at = body + int64(h.CompressedPageSize)
	}
	return nil
}

// pageHeader reads the header at a place, looking at its form before it is decoded.
func pageHeader(r io.ReaderAt, compact thrift.CompactProtocol, head []byte, at, end int64) (*format.PageHeader, int64, error) {
	for room := int64(512); ; room = headerRoom {
		head = append(head[:0], make([]byte, min(end-at, room))...)
		if _, err := r.ReadAt(head, at); err != nil {
			return nil, 0, err
		}
		err := guardThrift(head)
		if err != nil && room < headerRoom {
			continue // it may be longer than that
		}
		if err != nil {
			return nil, 0, err
		}
		src := &counter{r: bytes.NewReader(head)}
		buf := bufio.NewReader(src)
		var h format.PageHeader
		if err := thrift.NewDecoder(compact.NewReader(buf)).Decode(&h); err != nil {
			return nil, 0, err
		}
		return &h, src.n - int64(buf.Buffered()), nil
	}
}

// page unpacks a page and looks at what its values claim; it gives how many
// values the page says it has.
func (g *guarding) page(h *format.PageHeader) (values int64, err error) {
	claimed := int(h.UncompressedPageSize)
	switch {
	case h.DictionaryPageHeader.Valid:
		n := int64(h.DictionaryPageHeader.V.NumValues)
		if n < 0 || n > 8*int64(claimed)+8 {
			return 0, fmt.Errorf("its dictionary claims %d values in %d bytes", n, claimed)
		}
		_, err := g.unpack(g.packed, claimed)
		return 0, err
	case h.DataPageHeader.Valid:
		v := h.DataPageHeader.V
		if v.NumValues < 0 {
			return 0, errors.New("it claims fewer values than none")
		}
		plain, err := g.unpack(g.packed, claimed)
		if err != nil {
			return 0, err
		}
		if g.optional {
			levels, rest, err := levelsV1(plain, v.DefinitionLevelEncoding)
			if err != nil {
				return 0, err
			}
			if err := guardRuns(levels, 1, int64(v.NumValues)); err != nil {
				return 0, err
			}
			plain = rest
		}
		return int64(v.NumValues), g.values(plain, v.Encoding, int64(v.NumValues))
	case h.DataPageHeaderV2.Valid:
		v := h.DataPageHeaderV2.V
		head := int64(v.RepetitionLevelsByteLength) + int64(v.DefinitionLevelsByteLength)
		if v.NumValues < 0 || v.NumNulls < 0 || v.NumNulls > v.NumValues || v.RepetitionLevelsByteLength < 0 || v.DefinitionLevelsByteLength < 0 ||
			head > int64(len(g.packed)) ||
			head > int64(claimed) {
			return 0, errors.New("its lengths do not fit together")
		}
		if g.optional {
			if err := guardRuns(g.packed[v.RepetitionLevelsByteLength:head], 1, int64(v.NumValues)); err != nil {
				return 0, err
			}
		}
		// Some writers mark a page as packed that is not; what is not packed is no longer than it is.
		plain, err := g.unpack(g.packed[head:], claimed-int(head))
		if err != nil {
			return 0, err
		}
		return int64(v.NumValues), g.values(plain, v.Encoding, int64(v.NumValues))
	}
	return 0, nil // an index, which is not read
}

// unpack gives the bytes of a page, of which there may be no more than it claims.
func (g *guarding) unpack(packed []byte, claimed int) ([]byte, error) {
	limited := func(r io.Reader) ([]byte, error) {
		g.plain.Reset()
		n, err := io.Copy(&g.plain, io.LimitReader(r, int64(claimed)+1))
		if n > int64(claimed) {
			return nil, fmt.Errorf("it claims %d bytes and holds more", claimed)
		}
		return g.plain.Bytes(), err
	}
	switch g.codec {
	case format.Uncompressed:
		return packed, nil
	case format.Snappy:
		if len(packed) == 0 {
			return nil, nil
		}
		if n, k := binary.Uvarint(packed); k <= 0 || n > uint64(claimed) {
			return nil, fmt.Errorf("it claims %d bytes and holds %d", claimed, n)
		}
		return parquet.Snappy.Decode(nil, packed)
	case format.Lz4Raw: // unpacks to 255 times its size at most
		if 255*int64(len(packed)) > g.left+int64(claimed) {
			return nil, errBeyond
		}
		return parquet.Lz4Raw.Decode(make([]byte, 0, claimed), packed)
	case format.Gzip:
		if g.gz == nil {
			g.gz = new(gzip.Reader)
		}
		if err := g.gz.Reset(bytes.NewReader(packed)); err != nil {
			if err == io.EOF && len(packed) == 0 {
				return nil, nil
			}
			return nil, err
		}
		return limited(g.gz)
	case format.Zstd:
		if g.zst == nil {
			var err error
			if g.zst, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(64<<20)); err != nil {
				return nil, err
			}
		}
		if err := g.zst.Reset(bytes.NewReader(packed)); err != nil {
			return nil, err
		}
		return limited(g.zst)
	}
	return nil, fmt.Errorf("it is packed with %v, which cannot be read with a limit; write it with zstd or snappy", g.codec)
}

// values looks at what the values of a page unfold to.
func (g *guarding) values(plain []byte, encoding format.Encoding, n int64) error {
	switch encoding {
	//lint:ignore SA1019 older writers say so of data pages, and their files are read
	case format.PlainDictionary, format.RLEDictionary:
		if len(plain) == 0 {
			return nil
		}
		if plain[0] > 32 {
			return fmt.Errorf("its places in the dictionary have %d bits", plain[0])
		}
		return guardRuns(plain[1:], int(plain[0]), n)
	case format.RLE:
		if len(plain) < 4 {
			return nil
		}
		return guardRuns(plain[4:], 1, n)
	case format.DeltaBinaryPacked, format.DeltaLengthByteArray:
		_, err := guardDelta(plain, n)
		return err
	case format.DeltaByteArray: // each value begins with a part of the one before
		count, err := guardDelta(plain, n)
		if err != nil {
			return err
		}
		prefixes, err := new(delta.BinaryPackedEncoding).DecodeInt32(make([]int32, 0, count), plain)
		if err != nil {
			return err
		}
		all := int64(len(plain))
		for _, p := range prefixes {
			if all += int64(max(p, 0)); all > g.left {
				return errBeyond
			}
		}
		g.left -= all
	}
	return nil
}

// levelsV1 cuts off the levels at the head of a page, which say how long they are.
func levelsV1(plain []byte, encoding format.Encoding) (levels, rest []byte, err error) {
	if encoding != format.RLE || len(plain) < 4 {
		return nil, plain, errors.New("it does not say where values are missing in a form that can be read")
	}
	n := binary.LittleEndian.Uint32(plain)
	if int64(n) > int64(len(plain)-4) {
		return nil, nil, errors.New("it is cut short")
	}
	return plain[4 : 4+n], plain[4+n:], nil
}

// guardRuns adds up what runs of equal values and packed ones unfold to.
func guardRuns(b []byte, bits int, n int64) error {
	for total := int64(0); len(b) > 0; {
		head, k := binary.Uvarint(b)
		if k <= 0 {
			return errors.New("a run in it is damaged")
		}
		b = b[k:]
		count, size := head>>1, uint64(bits+7)/8
		if head&1 == 1 {
			if count > uint64(n+spareRun) { // in groups of eight
				return fmt.Errorf("a run in it claims %d groups of values; the page has %d values", count, n)
			}
			count, size = 8*count, count*uint64(bits)
		}
		if count > uint64(n+spareRun) {
			return fmt.Errorf("a run in it claims %d values; the page has %d", count, n)
		}
		if total += int64(count); total > n+spareRun {
			return fmt.Errorf("runs in it claim more than the %d values of the page", n)
		}
		b = b[min(size, uint64(len(b))):]
	}
	return nil
}

// guardDelta reads how many values a block of differences claims.
func guardDelta(b []byte, n int64) (count int64, err error) {
	var head [3]uint64 // the size of a block, its parts, and how many values there are
	for i := range head {
		v, k := binary.Uvarint(b)
		if k <= 0 {
			return 0, errors.New("its differences are damaged")
		}
		head[i], b = v, b[k:]
	}
	if head[0] > 1<<16 || head[1] > head[0] || head[2] > uint64(n) {
		return 0, fmt.Errorf("its differences claim %d values; the page has %d", head[2], n)
	}
	return int64(head[2]), nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
