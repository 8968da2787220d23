package render

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

//go:embed catalogue/*.toml
var catalogues embed.FS

//go:embed template/*.html
var templates embed.FS

// Renderer writes what people read. It holds the catalogues and templates, never changes, and may be used by several
// goroutines.
type Renderer struct {
	bundle *i18n.Bundle
	html   *template.Template
}

// New returns a Renderer with the built-in catalogues and templates.
func New() (*Renderer, error) { return newFrom(catalogues) }

func newFrom(fsys fs.FS) (*Renderer, error) {
	r := &Renderer{bundle: i18n.NewBundle(language.English)}
	r.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := fs.Glob(fsys, "catalogue/*.toml")
	if err != nil {
		return nil, fmt.Errorf("listing the catalogues: %w", err)
	}
	for _, f := range files {
		data, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, fmt.Errorf("reading the catalogue: %w", err)
		}
		if _, err := r.bundle.ParseMessageFileBytes(data, path.Base(f)); err != nil {
			return nil, fmt.Errorf("reading the catalogue %s: %w", f, err)
		}
	}
	r.html, err = template.New("").Funcs(functions).ParseFS(templates, "template/*.html")
	if err != nil {
		return nil, fmt.Errorf("reading the templates: %w", err)
	}
	return r, nil
}

// data are the values that a catalogue entry names.
type data map[string]any

// voice speaks one language.
type voice struct {
	lang string // BCP 47, as the document is marked
	loc  *i18n.Localizer
}

// in returns the voice of a language; English speaks for what a catalogue lacks.
func (r *Renderer) in(lang string) voice {
	tag, _ := language.MatchStrings(language.NewMatcher(r.bundle.LanguageTags()), lang)
	base, _ := tag.Base()
	// The document is marked with the language that it is really written in, not with the one that was wished for.
	return voice{lang: base.String(), loc: i18n.NewLocalizer(r.bundle, lang, "en")}
}

// say returns a catalogue entry. A key that no catalogue has gives the key itself, which a test makes impossible.
func (v voice) say(key string, d data) string {
	s, err := v.loc.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: d})
	if err != nil && s == "" {
		return key
	}
	return s
}
