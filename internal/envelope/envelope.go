// Package envelope seals files for whoever has a key, with age.
//
// Takes: a file, and recipients' public keys or a file of private ones.
// Gives: the file sealed, or opened again; whole under its name, or not there.
// Never: makes, keeps or shows a key, or leaves what was sealed lying in the open.
package envelope

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/throughline/throughline"
)

// head is what every sealed file begins with.
const head = "age-encryption.org/"

// Sealed reports whether a file is a sealed one.
func Sealed(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, throughline.Fail("open", throughline.Unavailable, path, err)
	}
	defer f.Close()
	b := make([]byte, len(head))
	_, err = io.ReadFull(f, b)
	return err == nil && string(b) == head, nil
}

// begun is how the names of private folders begin, copying those of folders in which
// store/sqlite copies a database, and forgotten after how long without a change one is
// what a killed process left.
const (
	begun     = ".throughline-sealing-"
	copying   = ".throughline-backup-"
	forgotten = 6 * time.Hour
)

// made are the files that are made in such a folder, each perhaps with a log beside it.
var (
	made = []string{"copy", "copy.db", "there.db", "sealed"}
	logs = []string{"", "-wal", "-shm", "-journal"}
)

// Unfinished names the folders in another in which a copy is made now, or was made when
// its process was killed. Those that nobody has written to for long are removed first.
func Unfinished(in string) (left []string) {
	probe, err := os.MkdirTemp(in, begun) // for the clock of the disk
	if err != nil {
		return nil
	}
	defer os.Remove(probe)
	in = filepath.Dir(probe)
	sweep(in, probe)
	entries, _ := os.ReadDir(in)
	for _, e := range entries {
		if ours(e) && filepath.Join(in, e.Name()) != probe {
			left = append(left, e.Name())
		}
	}
	return left
}

// ours reports whether a folder is by its name and its owner one that we made.
func ours(e fs.DirEntry) bool {
	if !strings.HasPrefix(e.Name(), begun) && !strings.HasPrefix(e.Name(), copying) {
		return false
	}
	info, err := e.Info()
	return err == nil && e.IsDir() && owned(info)
}

// parts gives all that is in a folder of ours, and then itself, in the order in which
// it can be removed; not ok where anything is there that we do not make.
func parts(folder string) (all []string, ok bool) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, false
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		switch {
		case e.Type().IsRegular() && slices.ContainsFunc(logs, func(log string) bool {
			name, has := strings.CutSuffix(e.Name(), log)
			return has && slices.Contains(made, name)
		}):
			all = append(all, path)
		case ours(e): // what is sealed is copied in a folder of its own first
			inside, ok := parts(path)
			if !ok {
				return nil, false
			}
			all = append(all, inside...)
		default: // somebody else's
			return nil, false
		}
	}
	return append(all, folder), true
}

// Private has do make files in a folder of its own in another, which only its owner
// may look into and which is gone afterwards with all that is in it. Where nothing
// can be made there it is in the system's folder for what is temporary. What a
// killed process left in the same place goes first.
func Private(in string, do func(folder string) error) error {
	if in == "" {
		in = os.TempDir() // as MkdirTemp takes it
	}
	folder, err := os.MkdirTemp(in, begun) // readable by its owner alone
	if err != nil {
		in = os.TempDir()
		folder, err = os.MkdirTemp(in, begun)
	}
	if err != nil {
		return throughline.Fail("make folder in", throughline.Unavailable, in, err)
	}
	defer os.RemoveAll(folder)
	sweep(in, folder)
	return do(folder)
}

// sweep removes the private folders beside one that nobody has written to for
// long, by the clock of the disk, where all that is in them is what we make: nothing
// is removed that has another name, or is another user's.
func sweep(in, own string) {
	now, err := os.Stat(own)
	if err != nil {
		return
	}
	entries, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, e := range entries {
		folder := filepath.Join(in, e.Name())
		if !ours(e) || folder == own || now.ModTime().Sub(changed(folder)) <= forgotten {
			continue
		}
		all, _ := parts(folder)
		for _, path := range all {
			_ = os.Remove(path)
		}
	}
}

// changed is when anything in a folder was last written.
func changed(folder string) (last time.Time) {
	_ = filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := e.Info(); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
		return nil
	})
	return last
}

// Vacant is an error where nothing can be sealed to a path: something stands
// there, or its folder does not.
func Vacant(to string) error {
	const op = "encrypt to"
	if _, err := os.Lstat(to); err == nil {
		return throughline.Fail(op, throughline.Conflict, to, fs.ErrExist)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return throughline.Fail(op, throughline.Unavailable, to, err)
	}
	if info, err := os.Stat(filepath.Dir(to)); err != nil || !info.IsDir() {
		return throughline.Fail(op, throughline.NotFound, to, errors.New("there is no such folder"))
	}
	return nil
}

// Recipients reads public keys: age1…, one each.
func Recipients(words []string) ([]age.Recipient, error) {
	out, err := age.ParseRecipients(strings.NewReader(strings.Join(words, "\n") + "\n"))
	if err != nil {
		return nil, throughline.Fail("encrypt for", throughline.Invalid, "", errors.New("a recipient is an age public key (age1…), as age-keygen prints it"))
	}
	return out, nil
}

// Seal writes a file sealed for all recipients to a path where nothing is. It
// appears under its name when it is whole and on the disk.
func Seal(ctx context.Context, from, to string, recipients []age.Recipient) error {
	const op = "encrypt to"
	in, err := os.Open(from)
	if err != nil {
		return throughline.Fail(op, throughline.Unavailable, to, err)
	}
	defer in.Close()
	if err := Vacant(to); err != nil {
		return err
	}
	part, err := os.MkdirTemp(filepath.Dir(to), begun)
	if err != nil {
		return throughline.Fail(op, throughline.Unavailable, to, err)
	}
	defer os.RemoveAll(part)
	sealed := filepath.Join(part, "sealed")
	err = fresh(op, sealed, func(out io.Writer) error {
		w, err := age.Encrypt(out, recipients...)
		if err == nil {
			_, err = io.Copy(w, reading{ctx, in})
		}
		if err == nil {
			err = w.Close()
		}
		return err
	})
	if err != nil {
		return throughline.Fail(op, throughline.KindOf(err), to, errors.Unwrap(err))
	}
	err = os.Link(sealed, to) // unlike a renaming, it overwrites nothing
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(sealed, to) // some file systems have no links
	}
	if err != nil {
		kind := throughline.Unavailable
		if errors.Is(err, fs.ErrExist) {
			kind = throughline.Conflict
		}
		return throughline.Fail(op, kind, to, err)
	}
	if folder, err := os.Open(filepath.Dir(to)); err == nil {
		_ = folder.Sync() // not every file system can
		folder.Close()
	}
	return nil
}

// Open writes what is in a sealed file to a path where nothing is, by the private
// keys in a file. What was changed on the way opens for nobody.
func Open(ctx context.Context, from, to, keys string) error {
	const op = "decrypt"
	if keys == "" {
		return throughline.Fail(op, throughline.Invalid, from, errors.New("it is encrypted: name the file of the private key with --key"))
	}
	text, err := os.ReadFile(keys)
	if err != nil {
		return throughline.Fail("read key", throughline.Unavailable, keys, err)
	}
	identities, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil { // its own words may show a part of the key
		return throughline.Fail("read key", throughline.Invalid, keys, errors.New("it is no file of age private keys (AGE-SECRET-KEY-…), as age-keygen writes it"))
	}
	in, err := os.Open(from)
	if err != nil {
		return throughline.Fail(op, throughline.Unavailable, from, err)
	}
	defer in.Close()
	plain, err := age.Decrypt(in, identities...)
	if err != nil {
		var none *age.NoIdentityMatchError
		if errors.As(err, &none) {
			return throughline.Fail(op, throughline.Denied, from, errors.New("it was encrypted for another key"))
		}
		return throughline.Fail(op, throughline.Corrupt, from, err)
	}
	var damaged error
	err = fresh(op, to, func(out io.Writer) error {
		_, damaged = io.Copy(out, reading{ctx, plain})
		return damaged
	})
	if damaged != nil && ctx.Err() == nil {
		return throughline.Fail(op, throughline.Corrupt, from, damaged)
	}
	return err
}

// fresh makes a file that is on the disk when it returns, or not there.
func fresh(op, path string, fill func(io.Writer) error) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		kind := throughline.Unavailable
		if errors.Is(err, os.ErrExist) {
			kind = throughline.Conflict
		}
		return throughline.Fail(op, kind, path, err)
	}
	err = fill(out)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return throughline.Fail(op, throughline.Unavailable, path, errors.Join(err, os.Remove(path)))
	}
	return nil
}

// reading stops with its context.
type reading struct {
	ctx context.Context
	io.Reader
}

func (r reading) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}
