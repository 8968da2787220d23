package config

import (
	"bytes"
	"os"
	"testing"
)

// checkProblems makes sure that what is wrong with a file is told within the file.
func checkProblems(t *testing.T, data []byte, err error) {
	if err == nil {
		return
	}
	p, ok := AsProblems(err)
	if !ok || len(p.All) == 0 {
		t.Fatalf("%T without problems: %v", err, err)
	}
	lines := bytes.Count(data, []byte("\n")) + 1
	for _, x := range p.All {
		if x.Message == "" || x.Line < 0 || x.Line > lines {
			t.Errorf("line %d of %d: %q", x.Line, lines, x.Message)
		}
	}
}

// seeds are small: the fuzzer spends its time on making big ones smaller.
func seeds(f *testing.F, files ...string) {
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(needed + "[[coalition]]\nid = \"a\"\n[coalition.list]\naddress = \"a@example.org\"\n"))
	f.Add([]byte("id = \"s\"\ntitle = \"S\"\nlaunch = \"2021-03-22\"\ndeadline = \"2021-04-25\"\n[[section]]\ntitle = \"A\"\n[[section.question]]\nnumber = \"1\"\ntitle = \"T\"\ntext = \"X\"\nkind = \"open\"\n"))
	f.Add([]byte("a = [[[{b = 1}]]]\n[x]\n[x]\n[[x]]\n\"\" = 1\n"))
	f.Add([]byte("[[coalition]]\n[coalition.list]\n[[coalition.lists]]\ncoalition = 5"))
}

func FuzzConfig(f *testing.F) {
	seeds(f, "testdata/config-wrong.toml")
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := LoadBytes("c.toml", data)
		checkProblems(t, data, err)
		if err == nil {
			checkProblems(t, data, c.ForRun())
		}
	})
}

func FuzzSurvey(f *testing.F) {
	seeds(f, "testdata/survey-wrong.toml")
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := LoadSurveyBytes("s.toml", data)
		checkProblems(t, data, err)
		if err == nil && len(s.Questions()) == 0 {
			t.Error("a survey without questions is taken")
		}
	})
}
