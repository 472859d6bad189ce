package ledger

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// mostForecast bounds a shown forecast after unpacking.
const mostForecast = 256 << 20

// AppendForecast keeps what was said; see store.Forecasts.
func (l *Ledger) AppendForecast(ctx context.Context, ws throughline.Workspace, f store.Shown) (added bool, err error) {
	const op = "keep forecast in"
	if f.Kind == "" || f.At.IsZero() {
		return false, l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no kind, or no day on which it was shown"))
	}
	packed, err := pack(f.Body)
	if err != nil {
		return false, l.base.Fail(op, "", err)
	}
	err = l.write(ctx, ws, func(w *writing) error {
		added = false
		same := false
		last := Ask{Columns: []string{"hash", "as_of"}, Prefix: in(ws, f.Kind), Order: []Order{{"shown", true}, {"id", true}}, Limit: 1}
		err := w.Read(ctx, Forecasts, last, func(row Row) error {
			same = row.Text(0) == f.Hash && row.Text(1) == f.AsOf.String()
			return nil
		})
		if err != nil || same {
			return err
		}
		if added, err = w.add(ctx, Forecasts, f.Kind, f.At.UnixMicro(), f.ID[:], f.AsOf.String(), f.Hash, packed); added {
			w.said.Forecasts = []throughline.ID{f.ID}
		}
		return err
	})
	return added, l.base.Fail(op, "", err)
}

func pack(body []byte) ([]byte, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(body)
	err = errors.Join(err, z.Close())
	return packed.Bytes(), err
}

// Forecasts gives what was said; see store.Forecasts.
func (l *Ledger) Forecasts(ctx context.Context, ws throughline.Workspace, q store.ShownQuery) ([]store.Shown, error) {
	ask := Ask{
		Columns: []string{"kind", "shown", "id", "as_of", "hash", "body"},
		Prefix:  in(ws),
		Order:   []Order{{"shown", true}, {"id", true}},
		Limit:   q.Limit,
	}
	if q.Headings {
		ask.Columns = ask.Columns[:5]
	}
	if q.Kind != "" {
		ask.Prefix = append(ask.Prefix, q.Kind)
	}
	if !q.Since.IsZero() {
		ask.Where = append(ask.Where, Cond{Column: "shown", Op: AtLeast, Value: q.Since.UnixMicro()})
	}
	if !q.Until.IsZero() {
		ask.Where = append(ask.Where, Cond{Column: "shown", Op: AtMost, Value: q.Until.UnixMicro()})
	}
	out := []store.Shown{}
	err := l.now().Read(ctx, Forecasts, ask, func(row Row) error {
		f := store.Shown{Kind: row.Text(0), At: time.UnixMicro(row.Int(1)).UTC(), ID: id[throughline.ID](row, 2), Hash: row.Text(4)}
		if err := f.AsOf.UnmarshalText([]byte(row.Text(3))); err != nil {
			return err
		}
		if !q.Headings {
			z, err := gzip.NewReader(bytes.NewReader(row.Bytes(5)))
			if err == nil {
				f.Body, err = io.ReadAll(io.LimitReader(z, mostForecast))
			}
			if err != nil {
				return Refuse(throughline.Corrupt, "the forecast shown at %s cannot be unpacked", f.At.Format(time.RFC3339))
			}
		}
		out = append(out, f)
		return nil
	})
	return out, l.base.Fail("read forecasts in", "", err)
}

// PublishPlaybook keeps a version; see store.Versions.
func (l *Ledger) PublishPlaybook(ctx context.Context, ws throughline.Workspace, v store.Version) (added bool, err error) {
	return l.publish(ctx, ws, v, func(*writing) error { return nil })
}

// PublishAfter keeps a version that follows a certain one; see store.Versions.
func (l *Ledger) PublishAfter(ctx context.Context, ws throughline.Workspace, last string, v store.Version) (added bool, err error) {
	return l.publish(ctx, ws, v, func(w *writing) error {
		newest := ""
		ask := Ask{Columns: []string{"hash"}, Prefix: in(ws), Order: []Order{{"published", true}, {"hash", true}}, Limit: 1}
		err := w.Read(ctx, Playbooks, ask, func(row Row) error {
			newest = row.Text(0)
			return nil
		})
		if err == nil && newest != last {
			err = Refuse(throughline.Conflict, "another version was published meanwhile")
		}
		return err
	})
}

func (l *Ledger) publish(ctx context.Context, ws throughline.Workspace, v store.Version, may func(*writing) error) (added bool, err error) {
	const op = "publish playbook in"
	if v.Hash == "" || v.Published.IsZero() {
		return false, l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no hash, or no day on which it was published"))
	}
	err = l.write(ctx, ws, func(w *writing) (err error) {
		if err := may(w); err != nil {
			return err
		}
		if added, err = w.add(ctx, Playbooks, v.Hash, v.Name, v.Published.UnixMicro(), append([]byte{}, v.Files...)); added {
			w.said.Playbooks = []string{v.Hash}
		}
		return err
	})
	return added, l.base.Fail(op, "", err)
}

// Playbooks gives the published versions; see store.Versions.
func (l *Ledger) Playbooks(ctx context.Context, ws throughline.Workspace) (out []store.Version, err error) {
	err = l.now().Read(ctx, Playbooks, Ask{Prefix: in(ws), Order: []Order{{"published", false}, {"hash", false}}}, func(row Row) error {
		v := store.Version{Hash: row.Text(1), Name: row.Text(2), Published: time.UnixMicro(row.Int(3)).UTC()}
		if files := row.Bytes(4); len(files) > 0 {
			v.Files = bytes.Clone(files)
		}
		out = append(out, v)
		return nil
	})
	return out, l.base.Fail("read playbooks of", "", err)
}

// Settle appends a setting; see store.Settings.
func (l *Ledger) Settle(ctx context.Context, ws throughline.Workspace, s store.Setting) error {
	const op = "keep setting in"
	if s.Name == "" || s.Since.IsZero() {
		return l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no name, or no instant from which it holds"))
	}
	err := l.write(ctx, ws, func(w *writing) error {
		n := int64(1)
		err := w.Read(ctx, Settings, Ask{Columns: []string{"n"}, Prefix: in(ws, s.Name)}, func(row Row) error {
			n = row.Int(0) + 1
			return nil
		})
		if err != nil {
			return err
		}
		w.said.Settings = []string{s.Name}
		return w.mustAdd(ctx, Settings, s.Name, n, s.Since.UnixMicro(), s.Value)
	})
	return l.base.Fail(op, "", err)
}

// Settings gives those that hold; see store.Settings.
func (l *Ledger) Settings(ctx context.Context, ws throughline.Workspace) ([]store.Setting, error) {
	past, err := l.SettingsPast(ctx, ws)
	var out []store.Setting
	for i, s := range past { // of each name the last one holds
		if s.Value != "" && (i+1 == len(past) || past[i+1].Name != s.Name) {
			out = append(out, s)
		}
	}
	return out, err
}

// SettingsPast gives everything that was settled; see store.Settings.
func (l *Ledger) SettingsPast(ctx context.Context, ws throughline.Workspace) (out []store.Setting, err error) {
	if l.Unsettled {
		return nil, nil
	}
	err = l.now().Read(ctx, Settings, Ask{Prefix: in(ws)}, func(row Row) error { // of each name the last one comes last
		out = append(out, store.Setting{Name: row.Text(1), Since: time.UnixMicro(row.Int(3)).UTC(), Value: row.Text(4)})
		return nil
	})
	slices.SortStableFunc(out, func(a, b store.Setting) int { return strings.Compare(a.Name, b.Name) })
	return out, l.base.Fail("read settings of", "", err)
}
