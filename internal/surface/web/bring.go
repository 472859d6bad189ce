package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// Bounds of what is brought through the browser. Larger exports go in through
// the command line.
const (
	mostUpload  = 64 << 20 // bytes of all files of one time
	mostUploads = 50       // files of one time
	mostWaiting = 8        // that wait for somebody to take them
	waitsFor    = time.Hour
	uploadTime  = 5 * time.Minute
)

// broughtCookie binds what was brought to the browser that brought it.
const broughtCookie = "brought"

// brought is what somebody handed over: files in a folder of their own, how
// they would be read, and how far the reading has come.
type brought struct {
	token, dir string
	names      []string
	refused    func()

	mu      sync.Mutex
	files   *importing.Brought
	running bool
	at      desk.Progress
	done    *importing.Imported
	undo    []throughline.ID // the imports, while they can be taken back here
	undone  *importing.ImportUndone
	err     error
	gone    bool        // it was refused, or its hour is over
	late    *time.Timer // until its hour is over
}

// shelf of what waits.
type waiting struct {
	mu  sync.Mutex
	all map[string]*brought
}

// keep gives a folder for what is being brought. It is emptied when it was
// taken or refused, and after an hour.
func (w *waiting) keep() (*brought, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	waits := 0
	for _, b := range w.all {
		if b.waits() {
			waits++
		}
	}
	if waits >= mostWaiting {
		return nil, throughline.Fail(
			"bring files",
			throughline.Unavailable,
			"",
			errors.New("too many files wait to be taken; take or refuse one of them first"),
		)
	}
	dir, err := os.MkdirTemp("", "throughline-brought-*") // 0700
	if err != nil {
		return nil, throughline.Fail("bring files", throughline.Unavailable, "", err)
	}
	var r [16]byte
	_, _ = rand.Read(r[:])
	b := &brought{token: hex.EncodeToString(r[:]), dir: dir}
	b.late = time.AfterFunc(waitsFor, func() { w.drop(b) })
	b.refused = func() { w.drop(b) }
	if w.all == nil {
		w.all = map[string]*brought{}
	}
	w.all[b.token] = b
	return b, nil
}

// waits reports whether it is neither being taken nor over.
func (b *brought) waits() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.running && b.done == nil && b.err == nil
}

// drop forgets what was brought, with its files; not while they are read.
func (w *waiting) drop(b *brought) {
	b.mu.Lock()
	running := b.running
	b.gone = b.gone || !running
	b.mu.Unlock()
	if running {
		return
	}
	b.late.Stop()
	w.mu.Lock()
	delete(w.all, b.token)
	w.mu.Unlock()
	b.clear()
}

func (b *brought) clear() { _ = os.RemoveAll(b.dir) }

// end forgets everything, when the server stops.
func (w *waiting) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, b := range w.all {
		b.clear()
	}
	w.all = nil
}

// of gives what the browser has brought, by the token of its page and cookie.
func (w *waiting) of(r *http.Request) (*brought, bool) {
	c, err := r.Cookie(broughtCookie)
	token := r.PathValue("token")
	if err != nil || c.Value != token {
		return nil, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	b, ok := w.all[token]
	return b, ok
}

// upload makes the handler that takes files in. Nothing is read of a request
// that may not write.
func (s *site) upload() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b *brought
		var failed error
		if d := s.options.Desk(r, ""); d.May(member.Imports, true) {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // a recorder in a test has none
			r.Body = http.MaxBytesReader(w, r.Body, mostUpload)
			b, failed = s.receive(r)
		} else {
			failed = throughline.Fail("bring files", throughline.Denied, "", errors.New("nothing may be written here"))
		}
		s.page(func(v *visit) (component, error) {
			if failed == nil {
				paths := make([]string, len(b.names))
				for i, n := range b.names {
					paths[i] = filepath.Join(b.dir, n)
				}
				if b.files, failed = importing.ReadBrought(v.Context(), v.desk.Importing(), paths); failed == nil && b.files.Kind == importing.BroughtNothing {
					defer b.refused()
					v.status = http.StatusUnprocessableEntity
					return bringPage(v.bringStart(v.p.Say("bring.no_table"), b.files)), nil
				}
			}
			if failed != nil {
				if b != nil {
					b.refused()
				}
				switch throughline.KindOf(failed) {
				case throughline.Denied, throughline.Internal:
					return nil, failed
				}
				v.status = http.StatusUnprocessableEntity
				return bringPage(v.bringStart(v.uploadRefusal(failed), nil)), nil
			}
			http.SetCookie(
				v.out,
				&http.Cookie{
					Name:     broughtCookie,
					Value:    b.token,
					Path:     "/bring",
					MaxAge:   int(waitsFor / time.Second),
					HttpOnly: true,
					SameSite: http.SameSiteStrictMode,
					Secure:   arrival.Secure(v.Request),
				},
			)
			v.goTo = "/bring/" + b.token
			return nil, nil
		}).ServeHTTP(w, r)
	})
}

// uploadRefusal says why files could not be taken in.
func (v *visit) uploadRefusal(err error) string {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return v.p.Say("bring.too_large", "n", mostUpload>>20)
	case errors.Is(err, errNoFile):
		return v.p.Say("bring.no_file")
	}
	return v.p.Say("bring.unread", "why", cause(err))
}

var errNoFile = errors.New("no file came")

// receive writes the files of a form into a folder of their own, under names
// that are theirs without folders and without what could be mistaken for one.
func (s *site) receive(r *http.Request) (*brought, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, throughline.Fail("bring files", throughline.Invalid, "", errNoFile)
	}
	if c, err := r.Cookie(broughtCookie); err == nil { // in place of what this browser brought before
		s.waiting.mu.Lock()
		before, ok := s.waiting.all[c.Value]
		s.waiting.mu.Unlock()
		if ok {
			before.refused()
		}
	}
	b, err := s.waiting.keep()
	if err != nil {
		return nil, err
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return b, throughline.Fail("bring files", throughline.Invalid, "", err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		if len(b.names) == mostUploads {
			return b, throughline.Fail("bring files", throughline.Invalid, "", fmt.Errorf("more than %d files came at once", mostUploads))
		}
		if err := b.write(part); err != nil {
			return b, err
		}
	}
	if len(b.names) == 0 {
		return b, throughline.Fail("bring files", throughline.Invalid, "", errNoFile)
	}
	return b, nil
}

// write keeps one file.
func (b *brought) write(part *multipart.Part) error {
	name := plainFile(part.FileName())
	for i := 2; ; i++ {
		if _, err := os.Lstat(filepath.Join(b.dir, name)); err != nil {
			break
		}
		name = fmt.Sprintf("%d-%s", i, plainFile(part.FileName()))
	}
	f, err := os.OpenFile(filepath.Join(b.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return throughline.Fail("keep file", throughline.Unavailable, "", err)
	}
	n, err := io.Copy(f, part)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return throughline.Fail("bring files", throughline.Invalid, "", err)
	}
	if n == 0 {
		return os.Remove(f.Name())
	}
	b.names = append(b.names, name)
	return nil
}

// plainFile gives a file's own name, without what a folder, a hidden file or a
// terminal would be told by it.
func plainFile(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || strings.ContainsRune(`<>:"|?*`, r) || r == 0xfffd {
			return '-'
		}
		return r
	}, strings.ToValidUTF8(name, "-")), ".")
	for len(name) > 120 { // the end says what it is
		_, size := firstRune(name)
		name = name[size:]
	}
	if name == "" {
		return "file.csv"
	}
	return name
}

func firstRune(s string) (rune, int) {
	for i, r := range s {
		if i > 0 {
			return r, i
		}
	}
	return 0, len(s)
}

// take begins the import; the page tells how far it has come.
func (s *site) take(b *brought, d *operation.Desk) {
	own := *d
	own.Cache = "" // no compact copy of what was brought is kept
	own.Progress = func(p desk.Progress) {
		b.mu.Lock()
		b.at = p
		b.mu.Unlock()
	}
	b.mu.Lock()
	if b.running || b.gone || b.done != nil || b.err != nil {
		b.mu.Unlock()
		return
	}
	b.running = true
	b.late.Stop()
	files := b.files
	b.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		select {
		case <-s.options.Over: // a nil channel waits for ever
			cancel()
		case <-over:
		}
	}()
	go func() {
		answer, err := files.Take(ctx, own.Importing())
		close(over)
		cancel()
		b.clear() // it is in the ledger, or it is not wanted
		b.mu.Lock()
		defer b.mu.Unlock()
		b.late.Reset(waitsFor)
		b.files = &importing.Brought{Kind: files.Kind} // what was looked at is not kept
		b.running, b.err = false, err
		if answer.Added > 0 { // also of one that failed half way
			b.undo = answer.Runs
		}
		if err == nil {
			b.done = &answer
		} else {
			s.options.Log.Error("import failed", "error", err)
		}
	}()
}
