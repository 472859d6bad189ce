package cli

import (
	"io"
	"time"

	"github.com/throughline/throughline/internal/desk"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// meter draws the progress of a long operation on a terminal; elsewhere, and
// when told to be quiet, it draws nothing.
type meter struct {
	out   io.Writer
	box   *mpb.Progress
	bar   *mpb.Bar
	doing string
}

func (c *command) progress() *meter {
	if c.Quiet || !c.Terminal {
		return &meter{}
	}
	return &meter{out: c.Err}
}

func (m *meter) show(p desk.Progress) {
	if m.out == nil {
		return
	}
	if m.box == nil {
		m.box = mpb.New(mpb.WithOutput(m.out), mpb.WithWidth(40), mpb.WithRefreshRate(100*time.Millisecond))
	}
	if m.bar == nil || m.doing != p.Doing {
		m.finish()
		m.doing = p.Doing
		count := decor.CountersNoUnit("%d of %d", decor.WCSyncSpace)
		if p.Unit == "bytes" {
			count = decor.CountersKibiByte("% .1f of % .1f", decor.WCSyncSpace)
		}
		m.bar = m.box.AddBar(max(p.Total, 1), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(clean(p.Doing)+" ")), mpb.AppendDecorators(count))
	}
	if p.Total > 0 {
		m.bar.SetTotal(p.Total, false)
	}
	m.bar.SetCurrent(p.Done)
}

func (m *meter) finish() {
	if m.bar != nil {
		m.bar.SetTotal(-1, true)
		m.bar = nil
	}
}

// end takes the bar away.
func (m *meter) end() {
	m.finish()
	if m.box != nil {
		m.box.Wait()
	}
}
