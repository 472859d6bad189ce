package api

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/throughline/throughline/internal/operation"
)

// keyHeader names a request by a key of the caller's own, so that it can be sent
// again by whoever does not know whether it arrived. See draft-ietf-httpapi-idempotency-key-header.
const keyHeader = "Idempotency-Key"

const longestKey = 255

func keyParameter(registry huma.Registry) *huma.Param {
	return &huma.Param{Name: keyHeader, In: "header", Schema: registry.Schema(reflect.TypeFor[string](), true, ""),
		Description: "A key of your own for this request, such as a random UUID. Sent again with the same key within a day it gets the same answer and is " +
			"carried out once; another request with it is refused with 422."}
}

// keyOf reads the key of a request that writes; "" where it has none.
func keyOf(op operation.Operation, c huma.Context) (string, error) {
	key := c.Header(keyHeader)
	if op.Effect != operation.Writes || key == "" {
		return "", nil
	}
	bad := len(key) > longestKey
	for _, b := range []byte(key) {
		bad = bad || b < ' ' || b > '~'
	}
	if bad {
		return "", &huma.ErrorDetail{Message: "a key is at most 255 printable signs of ASCII", Location: "header." + keyHeader}
	}
	return key, nil
}

// How long somebody who brings the same key waits for the answer that another is
// about to get, and how often they look.
const (
	keyWaits = 10 * time.Second
	keyLooks = 20 * time.Millisecond
)

// keyed runs an operation under a key.
func keyed(ctx context.Context, op operation.Operation, d *operation.Desk, in any, key string) (text []byte, again bool, err error) {
	late := time.NewTimer(keyWaits)
	defer late.Stop()
	look := time.NewTicker(keyLooks)
	defer look.Stop()
	for {
		if text, again, err = op.RunKeyed(ctx, d, in, key, spelled); !errors.Is(err, operation.ErrKeyAtWork) {
			return text, again, err
		}
		select {
		case <-ctx.Done():
			return nil, false, err
		case <-late.C:
			return nil, false, err
		case <-look.C:
		}
	}
}
