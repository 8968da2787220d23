package render

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

// keys lists the entries of a catalogue with the values that each names.
func keys(t *testing.T, data []byte) map[string][]string {
	t.Helper()
	var m map[string]map[string]string
	if err := toml.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	field := regexp.MustCompile(`{{\.(\w+)}}`)
	out := map[string][]string{}
	for section, entries := range m {
		for name, text := range entries {
			var fields []string
			for _, f := range field.FindAllStringSubmatch(text, -1) {
				fields = append(fields, f[1])
			}
			sort.Strings(fields)
			out[section+"."+name] = fields
		}
	}
	return out
}

func TestCatalogues(t *testing.T) {
	english, err := catalogues.ReadFile("catalogue/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	want := keys(t, english)
	files, err := fs.Glob(catalogues, "catalogue/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := catalogues.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, keys(t, data)); diff != "" {
			t.Errorf("%s has other keys, or names other values, than English:\n%s", f, diff)
		}
	}
	if strings.Contains(string(english), "—") {
		t.Error("an em dash")
	}
}

// Every key that the code names is in the catalogue, and every key of the catalogue is named.
func TestKeysAreUsed(t *testing.T) {
	english, err := catalogues.ReadFile("catalogue/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	have := keys(t, english)
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, f := range sources {
		if !strings.HasSuffix(f, "_test.go") {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(data)
		}
	}
	literal := regexp.MustCompile(`"((?:date|question|launch|mail|announce|calendar|draft|submission|reply|confirm|notice)\.[a-z-]+)"`)
	for _, m := range literal.FindAllStringSubmatch(code.String(), -1) {
		if _, ok := have[m[1]]; !ok {
			t.Errorf("the code says %q, which the catalogue lacks", m[1])
		}
	}
	for k := range have {
		section, name, _ := strings.Cut(k, ".")
		// Some are named by their last part alone: status facts, groups of a draft, weekdays, kinds of notices.
		if !strings.Contains(code.String(), `"`+k+`"`) && !strings.Contains(code.String(), `"`+name+`"`) &&
			section != "weekday" && section != "month" && section != "notice" && k != "question.yes-no" && k != "question.short" && k != "question.number" {
			t.Errorf("nothing says %q", k)
		}
	}
}

func TestMissingKeyFallsBackToEnglish(t *testing.T) {
	english, err := catalogues.ReadFile("catalogue/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := newFrom(fstest.MapFS{"catalogue/en.toml": {Data: english}, "catalogue/fr.toml": {Data: []byte("[announce]\nclosed-thanks = \"Merci à toutes et à tous.\"\n")}})
	if err != nil {
		t.Fatal(err)
	}
	in := launchInput(t)
	in.Coalition.Language = "fr-CH"
	text := r.Closed(in).Text
	if !strings.Contains(text, "Merci à toutes et à tous.") || !strings.Contains(text, "A facilitator now completes") {
		t.Errorf("got %s", text)
	}
	if got := r.in("sw").say("announce.closed-thanks", nil); got != "Thank you to everybody who took part." {
		t.Errorf("a language without a catalogue says %q", got)
	}
}
