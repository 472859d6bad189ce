package assembly

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/team"
)

// keySuffix is what the key of second factors beside a database is called after it.
const keySuffix = ".key"

// keyBeside keeps the key of second factors beside a database that is a file, and
// makes it when the first of them is set up. Beside a server's database there is no
// place that all processes share: there it has to be named.
func keyBeside(db string) team.Keeping {
	path, err := databasePath(db)
	if postgres.Speaks(db) || err != nil {
		return nil
	}
	var mu sync.Mutex
	return func(make bool) (member.Key, error) {
		mu.Lock()
		defer mu.Unlock()
		k, err := readKey(path + keySuffix)
		if !errors.Is(err, fs.ErrNotExist) {
			return k, err
		}
		if !make {
			return k, team.ErrNoKey
		}
		if err := makeKey(path + keySuffix); err != nil && !errors.Is(err, fs.ErrExist) {
			return k, throughline.Fail("write the key of second factors to", throughline.Unavailable, path+keySuffix, err)
		}
		return readKey(path + keySuffix)
	}
}

// keyNamed reads the key that a server was told of, once, when it starts.
func keyNamed(path string) (team.Keeping, error) {
	k, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, throughline.Fail("read the key of second factors from", throughline.NotFound, path,
			errors.New("make it once, for all servers: (umask 077; openssl rand -base64 32 > FILE)"))
	}
	if err != nil {
		return nil, err
	}
	return func(bool) (member.Key, error) { return k, nil }, nil
}

// factorKey reads a key from a file that a command names; of none the one beside the database.
func factorKey(db string) func(string) (member.Key, string, error) {
	return func(path string) (k member.Key, beside string, err error) {
		if path == "" {
			file, err := databasePath(db)
			if postgres.Speaks(db) || err != nil {
				return k, "", throughline.Fail("read the key of second factors from", throughline.Invalid, "", errors.New("a database on a server has none beside it; --old names the file of the old key"))
			}
			path, beside = file+keySuffix, file+keySuffix
		}
		if k, err = readKey(path); errors.Is(err, fs.ErrNotExist) {
			err = throughline.Fail("read the key of second factors from", throughline.NotFound, path, errors.New("there is no such file"))
		}
		return k, beside, err
	}
}

// readKey reads a key that only its owner reads.
func readKey(path string) (k member.Key, err error) {
	const op = "read the key of second factors from"
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return k, err
	case err != nil:
		return k, throughline.Fail(op, throughline.Unavailable, path, err)
	}
	k, ok := member.ReadKey(string(text))
	if !ok {
		return k, throughline.Fail(op, throughline.Invalid, path, errors.New("it is one line with 32 bytes as base64, and nothing else"))
	}
	return k, nil
}

// makeKey writes a new key where there is no file; it is whole or not there.
func makeKey(path string) error {
	var k member.Key
	if _, err := rand.Read(k[:]); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // for its owner alone
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(k.Reveal() + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path) // refuses where another process was quicker
}
