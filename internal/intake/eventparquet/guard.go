package eventparquet

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// Limits on what a file may claim, since memory is taken by what it claims.
const (
	maxPage    = 256 << 20 // bytes of a page, unpacked
	rowsAByte  = 64        // rows for each byte of the file: an honest log needs more than a bit a row
	freeRows   = 1 << 20
	headerRoom = 1 << 16
)

// guard walks over the page headers of a file and says what it claims that
// cannot be or is too much. The library allocates what a header names before
// it looks at the page.
func guard(r io.ReaderAt, size int64, f *parquet.File) error {
	if n := f.NumRows(); n < 0 || n > freeRows && n/rowsAByte > size {
		return fmt.Errorf("it claims %d rows in %d bytes", n, size)
	}
	for g, group := range f.Metadata().RowGroups {
		for c := range group.Columns {
			m := &group.Columns[c].MetaData
			at := m.DataPageOffset
			if m.DictionaryPageOffset > 0 && m.DictionaryPageOffset < at {
				at = m.DictionaryPageOffset
			}
			if at < 4 || m.TotalCompressedSize < 0 || at > size || m.TotalCompressedSize > size-at {
				return fmt.Errorf("column %d of row group %d lies outside the file", c, g)
			}
			if err := guardPages(r, at, at+m.TotalCompressedSize, m.Codec); err != nil {
				return fmt.Errorf("column %d of row group %d: %w", c, g, err)
			}
		}
	}
	return nil
}

func guardPages(r io.ReaderAt, at, end int64, codec format.CompressionCodec) error {
	var compact thrift.CompactProtocol
	buf := bufio.NewReaderSize(nil, 512)
	for at < end {
		src := &counter{r: io.NewSectionReader(r, at, min(end-at, headerRoom))}
		buf.Reset(src)
		var h format.PageHeader
		if err := thrift.NewDecoder(compact.NewReader(buf)).Decode(&h); err != nil {
			return fmt.Errorf("the page header at byte %d cannot be read", at)
		}
		body := at + src.n - int64(buf.Buffered())
		if h.CompressedPageSize < 0 || int64(h.CompressedPageSize) > end-body {
			return fmt.Errorf("the page at byte %d is longer than its column", at)
		}
		if h.UncompressedPageSize < 0 || h.UncompressedPageSize > maxPage {
			return fmt.Errorf("the page at byte %d claims %d bytes", at, h.UncompressedPageSize)
		}
		if codec == format.Snappy {
			if err := guardSnappy(r, body, at, &h); err != nil {
				return err
			}
		}
		at = body + int64(h.CompressedPageSize)
	}
	return nil
}

// guardSnappy looks at the length a snappy block names in its first bytes.
func guardSnappy(r io.ReaderAt, body, at int64, h *format.PageHeader) error {
	if v2 := h.DataPageHeaderV2.V; h.DataPageHeaderV2.Valid {
		body += int64(v2.RepetitionLevelsByteLength) + int64(v2.DefinitionLevelsByteLength)
	}
	var head [binary.MaxVarintLen64]byte
	n, _ := r.ReadAt(head[:], body)
	if length, k := binary.Uvarint(head[:n]); k > 0 && length > maxPage {
		return fmt.Errorf("the page at byte %d claims %d bytes", at, length)
	}
	return nil
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
