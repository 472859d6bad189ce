package operation

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
)

// A request may come with a key of its caller's own. However often it comes, and
// to whichever process, it is carried out once: the ledger keeps a claim on the
// key, with a token under which the writing goes as a form's does, and afterwards
// the answer, sealed by the key, which is kept nowhere.

const (
	keyHolds = 24 * time.Hour  // for how long a key is kept
	keyStale = 2 * time.Minute // nobody is at a request for longer
	keyMost  = 64 << 10        // bytes of an answer that are kept; of a longer one only that it was given
)

// Refusals of a key.
var (
	ErrKeyUsed   = throughline.Refuse("key_used", "this key came before with another request; each request has a key of its own")
	ErrKeyAtWork = throughline.Refuse("key_at_work", "a request with this key is being carried out; ask again in a moment")
	ErrKeyLost   = throughline.Refuse(
		"key_lost",
		"a request with this key was begun, and how it ended is not known or its answer is not kept; look at what is there before it is sent under another key",
	)
)

// RunKeyed is Run under a key of the caller's own. spell gives the answer's form;
// again says that it is the one that was given before. A request that is refused
// leaves its key free.
func (o Operation) RunKeyed(
	ctx context.Context,
	d *Desk,
	in any,
	key string,
	spell func(any) ([]byte, error),
) (answer []byte, again bool, err error) {
	run := func() ([]byte, error) {
		out, err := o.Run(ctx, d, in)
		if err != nil {
			return nil, err
		}
		return spell(out)
	}
	if o.Effect != Writes || d.Ledger == nil || !d.may(o) { // what may not be run is refused, and noted, by running it
		answer, err = run()
		return answer, false, err
	}
	op := strings.Join(o.Words, " ")
	said, err := json.Marshal(in)
	if err != nil {
		return nil, false, throughline.Fail(op, throughline.Internal, "", err)
	}
	pass := "" // a token that somebody else issued is not its owner
	if g := d.Guest; g != nil && g.Token && !g.Own {
		pass = g.Pass.String()
	}
	whose := []string{"key", strconv.FormatInt(int64(d.Workspace), 10), d.Author.String(), pass, key}
	now := d.Now().UTC().Truncate(time.Microsecond)
	k := store.Keyed{Key: throughline.KeyedID(time.Time{}, whose...), Once: d.NewID(), At: now}
	k.Digest = sha256.Sum256(bytes.Join([][]byte{[]byte(key), []byte(o.Name()), said}, []byte{0}))
	once, is := onceOf(in)
	if _, two := in.(*sharing.LinkInput); two { // its token holds for the facts, not for the link
		is = false
	}
	stale := time.Time{} // what has no token is begun by one alone: it might write twice
	if is {
		stale = now.Add(-keyStale)
	}
	kept, mine, err := d.Ledger.Claim(ctx, d.Workspace, k, stale, now.Add(-keyHolds))
	switch {
	case err != nil:
		return nil, false, err
	case kept.Digest != k.Digest:
		return nil, false, throughline.Fail(op, throughline.Invalid, "", ErrKeyUsed)
	case mine:
	case kept.State == store.KeyedAnswered && len(kept.Answer) == 0: // it was long, or somebody was erased since
		return nil, false, throughline.Fail(op, throughline.Conflict, "", ErrKeyLost)
	case kept.State == store.KeyedAnswered:
		answer, err := keySeal(whose, kept).Open(nil, make([]byte, 12), kept.Answer, nil)
		if err != nil {
			err = throughline.Fail(op, throughline.Corrupt, "", err)
		}
		return answer, true, err
	case now.Sub(kept.At) > keyStale:
		return nil, false, throughline.Fail(op, throughline.Conflict, "", ErrKeyLost)
	default:
		return nil, false, throughline.Fail(op, throughline.Conflict, "", ErrKeyAtWork)
	}
	if is && once.String() == "" {
		once.SetString(kept.Once.String())
	}
	kept.State = store.KeyedLeft // also where it panics
	defer func() {
		if is || kept.State != store.KeyedLeft { // what was left without a token stays begun, and nobody takes it up
			_ = d.Ledger.EndKeyed(context.WithoutCancel(ctx), d.Workspace, kept) // the answer stands; asked again it is what the token says
		}
	}()
	answer, err = run()
	switch throughline.KindOf(err) {
	case throughline.Invalid, throughline.NotFound, throughline.Conflict, throughline.Denied, throughline.Unsupported:
		if kept.Once != k.Once { // taken up: whoever began it may have written
			return nil, false, throughline.Fail(op, throughline.Conflict, "", ErrKeyLost)
		}
		kept.State = 0 // nothing was written
	}
	if err != nil {
		return nil, false, err
	}
	kept.State = store.KeyedAnswered
	if len(answer) <= keyMost {
		kept.Answer = keySeal(whose, kept).Seal(nil, make([]byte, 12), answer, nil)
	}
	return answer, false, nil
}

// onceOf gives the token of an input, where it takes one.
func onceOf(in any) (reflect.Value, bool) {
	v := reflect.ValueOf(in).Elem()
	if v.Kind() != reflect.Struct {
		return v, false
	}
	f := v.FieldByName("Once")
	return f, f.IsValid() && f.Kind() == reflect.String
}

// keySeal seals the one answer of a request: by its key and the token that was
// drawn for it.
func keySeal(whose []string, k store.Keyed) cipher.AEAD {
	secret, err := hkdf.Key(sha256.New, []byte(whose[len(whose)-1]), k.Once[:], strings.Join(whose[:len(whose)-1], " "), 32)
	if err != nil {
		panic(err) // of another length alone
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		panic(err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return seal
}
