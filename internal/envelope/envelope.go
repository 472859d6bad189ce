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
// a database is copied, and forgotten after how long without a change one is what a
// killed process left.
const (
	begun     = ".sealing-"
	copying   = ".backup-"
	forgotten = 6 * time.Hour
)

// Unfinished names the folders in another in which a copy is made now, or was made when
// its process was killed. Those that nobody has written to for long are removed first.
func Unfinished(in string) (left []string) {
	probe, err := os.MkdirTemp(in, begun) // for the clock of the disk
	if err != nil {
		return nil
	}
	defer os.RemoveAll(probe)
	sweep(in, probe)
	entries, _ := os.ReadDir(in)
	for _, e := range entries {
		if ours(e) && filepath.Join(in, e.Name()) != probe {
			left = append(left, e.Name())
		}
	}
	return left
}

func ours(e fs.DirEntry) bool {
	return e.IsDir() && (strings.HasPrefix(e.Name(), begun) || strings.HasPrefix(e.Name(), copying))
}

// Private has do make files in a folder of its own in another, which only its owner
// may look into and which is gone afterwards with all that is in it. Where nothing
// can be made there it is in the system's folder for what is temporary. What a
// killed process left in the same place goes first.
func Private(in string, do func(folder string) error) error {
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
// long, by the clock of the disk. What cannot be removed is somebody else's.
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
		if ours(e) && folder != own && now.ModTime().Sub(changed(folder)) > forgotten {
			_ = os.RemoveAll(folder)
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
