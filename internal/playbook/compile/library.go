package compile

import (
	"crypto/sha256"
	"reflect"
	"slices"
	"sync"

	"github.com/throughline/throughline/internal/playbook"
)

type shippedLibrary struct {
	packs   []playbook.Pack
	presets []playbook.Preset
}

var shipped = sync.OnceValue(func() shippedLibrary {
	packs, presets, _ := Library()
	return shippedLibrary{packs, presets}
})

// Packs lists the shipped packs by id.
func Packs() []playbook.Pack { return slices.Clone(shipped().packs) }

// Presets lists the shipped presets by id.
func Presets() []playbook.Preset { return slices.Clone(shipped().presets) }

// fingerprint compares parts of two packs without their places.
func fingerprint(v any) [sha256.Size]byte {
	return sha256.Sum256(write(nil, reflect.ValueOf(v)))
}
