package workshop

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook/edit"
)

// Folder is a folder that was worked on elsewhere and brought to a draft, while
// it is still to be chosen what stands of what both changed.
type Folder struct {
	Archive []byte `json:"archive"`
	Since   int    `json:"since,omitempty"` // the revision it was taken from; 0: the version the draft began from
}

// markFile says in an exported folder which draft it is of, and which revision.
// A folder keeps it, in git too; the playbook is read without it.
const markFile = ".throughline"

// marked adds a file to an archive.
func marked(archive []byte, mark string) ([]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, throughline.Fail("pack playbook", throughline.Internal, "", err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range r.File {
		err = errors.Join(err, z.Copy(f))
	}
	w, e := z.CreateHeader(&zip.FileHeader{Name: markFile, Method: zip.Store, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
	if e == nil {
		_, e = io.WriteString(w, mark)
	}
	if err = errors.Join(err, e, z.Close()); err != nil {
		return nil, throughline.Fail("pack playbook", throughline.Internal, "", err)
	}
	return b.Bytes(), nil
}

// since is the revision of a draft that an archive says it was taken from; 0
// where it says nothing, or is of another draft.
func since(archive []byte, id throughline.ID, newest int) int {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return 0
	}
	for _, f := range r.File {
		if path.Base(f.Name) != markFile {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return 0
		}
		text, _ := io.ReadAll(io.LimitReader(in, 200))
		in.Close()
		of, revision, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
		if n, err := strconv.Atoi(revision); err == nil && of == id.String() && n > 0 && n <= newest {
			return n
		}
	}
	return 0
}

// takeFolder takes a folder in, element by element. Where the draft and the
// folder both changed something it is kept beside until somebody has chosen.
func (c *change) takeFolder() error {
	if len(c.Edit.Archive) > 0 {
		c.Beside.Folder = &Folder{Archive: c.Edit.Archive, Since: since(c.Edit.Archive, c.ID, c.Revision)}
	}
	if c.Beside.Folder == nil {
		return absent("the folder")
	}
	was, theirs, err := c.b.folderSides(c.ctx, *c.Draft, *c.Beside.Folder)
	if err != nil {
		return err
	}
	files, clashes := edit.Merge(was, c.Files, theirs, chosen(c.Words))
	if len(c.Edit.Archive) > 0 && len(clashes) > 0 {
		return nil
	}
	c.Files, c.Beside.Folder = files, nil
	return nil
}

// folderSides are the files that a folder was taken from, and its own.
func (b *Bench) folderSides(ctx context.Context, d Draft, f Folder) (was, theirs edit.Files, err error) {
	if theirs, err = unpack(f.Archive); err != nil {
		return nil, nil, throughline.Refuse("archive", "the archive cannot be read: %v", "why", err)
	}
	if f.Since == 0 {
		was, _, err = b.sides(d)
		return was, theirs, err
	}
	kept, err := b.Ledger.Draft(ctx, b.Workspace, d.ID, f.Since)
	if err == nil {
		was, err = unpack(kept.Files)
	}
	return was, theirs, err
}
