package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport says which packages of ours each one may import (architecture: "Allowed imports"). A rule for "mail/" holds for all
// below mail; the longest fitting name counts. "bot/..." in an entry means the package and all below.
var mayImport = map[string][]string{
	"bot/dc":       {},
	"mail":         {},
	"mail/":        {"mail/..."}, // the wires, archives and test servers of the craft: no coalition
	"storage":      {"bot/dc"},
	"bot/command":  {"bot/dc"},
	"bot/render":   {"bot/dc"},
	"bot/collect":  {"bot/dc", "mail"},
	"bot/config":   {"bot", "bot/dc", "mail"},
	"bot":          {"bot/dc", "bot/command", "bot/collect", "bot/render", "storage", "mail"},
	"bot/maillist": {"bot", "bot/dc", "mail/..."},
	"cmd/":         {"bot/...", "mail/...", "storage", "cmd/..."},
}

// onlyStandard are the packages that use nothing but the standard library.
var onlyStandard = []string{"bot/dc"}

func TestImportDirections(t *testing.T) {
	type pkg struct {
		ImportPath string
		Standard   bool
		Imports    []string
		Deps       []string
	}
	const module = "dcbot/"
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports,Deps", "dcbot/...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	standard := map[string]bool{}
	var ours []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		standard[p.ImportPath] = p.Standard
		if strings.HasPrefix(p.ImportPath, module) {
			ours = append(ours, p)
		}
	}
	if len(ours) < 8 {
		t.Fatalf("go list found only %d packages of ours", len(ours))
	}
	for _, p := range ours {
		name := strings.TrimPrefix(p.ImportPath, module)
		allowed, ok := ruleFor(name)
		if !ok {
			t.Errorf("%s has no rule: add one to mayImport, and to ARCHITECTURE.md", name)
			continue
		}
		for _, imp := range p.Imports {
			if dep, own := strings.CutPrefix(imp, module); own && !covers(allowed, dep) {
				t.Errorf("%s must not import %s", name, dep)
			}
		}
		if slices.Contains(onlyStandard, name) {
			for _, dep := range p.Deps {
				if !standard[dep] {
					t.Errorf("%s must use the standard library only, not %s", name, dep)
				}
			}
		}
	}
}

func ruleFor(name string) ([]string, bool) {
	best, found := "", false
	for rule := range mayImport {
		fits := rule == name || strings.HasSuffix(rule, "/") && strings.HasPrefix(name, rule)
		if fits && len(rule) >= len(best) {
			best, found = rule, true
		}
	}
	return mayImport[best], found
}

func covers(allowed []string, dep string) bool {
	for _, a := range allowed {
		if root, all := strings.CutSuffix(a, "/..."); dep == a || all && (dep == root || strings.HasPrefix(dep, root+"/")) {
			return true
		}
	}
	return false
}
