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
	"os"
	"path/filepath"
	"strings"

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

// Private has do make files in a folder of its own beside a path, which is gone
// afterwards with all that is in it.
func Private(path string, do func(folder string) error) error {
	folder, err := os.MkdirTemp(filepath.Dir(path), ".sealing-") // readable by its owner alone
	if err != nil {
		return throughline.Fail("make folder beside", throughline.Unavailable, path, err)
	}
	defer os.RemoveAll(folder)
	return do(folder)
}

// Recipients reads public keys: age1…, one each.
func Recipients(words []string) ([]age.Recipient, error) {
	out, err := age.ParseRecipients(strings.NewReader(strings.Join(words, "\n") + "\n"))
	if err != nil {
		return nil, throughline.Fail("encrypt for", throughline.Invalid, "", errors.New("a recipient is an age public key (age1…), as age-keygen prints it"))
	}
	return out, nil
}

// Seal writes a file sealed for all recipients to a path where nothing is.
func Seal(ctx context.Context, from, to string, recipients []age.Recipient) error {
	const op = "encrypt to"
	in, err := os.Open(from)
	if err != nil {
		return throughline.Fail(op, throughline.Unavailable, to, err)
	}
	defer in.Close()
	return fresh(op, to, func(out io.Writer) error {
		w, err := age.Encrypt(out, recipients...)
		if err == nil {
			_, err = io.Copy(w, reading{ctx, in})
		}
		if err == nil {
			err = w.Close()
		}
		return err
	})
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
