package dc

import (
	"slices"
	"testing"
	"time"
)

func TestNormalNumber(t *testing.T) {
	for in, want := range map[string]string{
		"6": "6", "6.": "6", "6)": "6", "(6)": "6", "#6": "6", " 6 ": "6", "\u00a06.\n": "6", "6:": "6",
		"Q6": "6", "q6.": "6", "Q06": "6", "06": "6", "006a": "6a", "6A": "6a", "7bis": "7bis", "7Bis": "7bis",
		"0": "0", "00": "0", "0a": "0a", "10": "10", "100": "100", "6.1": "6.1", "a": "a", "q": "q", "Q": "q", "": "", " .": "",
		"qq6": "qq6", "question": "question", "six": "six", "vi": "vi",
	} {
		if got := NormalNumber(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestCompareNumbers(t *testing.T) {
	ordered := []string{"0", "1", "2", "6", "6.1", "6.2", "6.10", "6a", "6a1", "6b", "7", "7bis", "10", "10a", "100", "12345678901234567890", "12345678901234567891", "a", "b1", "b2", "b10", "c"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := CompareNumbers(a, b); sign(got) != sign(i-j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
	shuffled := []string{"10", "7bis", "6a", "Q7", "6."}
	slices.SortFunc(shuffled, CompareNumbers)
	if want := []string{"6.", "6a", "Q7", "7bis", "10"}; !slices.Equal(shuffled, want) {
		t.Errorf("%v, want %v", shuffled, want)
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"6", "6a", "Q06.", "7bis", "6.10", "", "0", "q(0)1", "İ", "\xff"} {
		f.Add(s, "6", "6a")
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		n := NormalNumber(a)
		if NormalNumber(n) != n {
			t.Errorf("%q is %q, and that %q", a, n, NormalNumber(n))
		}
		ab, ba, bc, ac := sign(CompareNumbers(a, b)), sign(CompareNumbers(b, a)), sign(CompareNumbers(b, c)), sign(CompareNumbers(a, c))
		if ab != -ba {
			t.Errorf("%q, %q: %d and %d", a, b, ab, ba)
		}
		if (ab == 0) != (n == NormalNumber(b)) {
			t.Errorf("%q, %q compare as %d", a, b, ab)
		}
		if ab <= 0 && bc <= 0 && ac > 0 {
			t.Errorf("no order: %q, %q, %q", a, b, c)
		}
	})
}

func TestSurveyQuestion(t *testing.T) {
	s := Survey{Sections: []Section{{Questions: []Question{{Number: "6"}, {Number: "6a"}}}, {Questions: []Question{{Number: "7bis", Removed: true}}}}}
	for in, want := range map[string]string{"6": "6", "Q6": "6", "06.": "6", "6A": "6a", "(7BIS)": "7bis", "7": "", "66": "", "": ""} {
		q, ok := s.Question(in)
		if q.Number != want || ok != (want != "") {
			t.Errorf("%q finds %q, %v", in, q.Number, ok)
		}
	}
	if n := len(s.Questions()); n != 3 {
		t.Errorf("%d questions; a removed one is still one", n)
	}
}

func TestQuestionKindClosed(t *testing.T) {
	for kind, want := range map[QuestionKind]bool{Open: false, Short: false, YesNo: true, One: true, Several: true, Select: true, Number: true, Scale: true} {
		if kind.Closed() != want {
			t.Errorf("%s: closed %v", kind, !want)
		}
	}
}

// An extension counts from its announcement on, not before.
func TestDeadlineAt(t *testing.T) {
	at := func(wall string) Moment {
		m, err := NewMoment(wall, "Europe/Zurich")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	s := Survey{Deadline: at("2021-04-25"), Extensions: []Extension{
		{Deadline: at("2021-05-02"), Announced: at("2021-04-23 12:00")},
		{Deadline: at("2021-05-09"), Announced: at("2021-05-01 12:00")},
	}}
	for _, c := range []struct {
		now  time.Time
		want string
	}{
		{time.Time{}, "2021-04-25 23:59"},
		{at("2021-04-23 12:00").UTC.Add(-time.Nanosecond), "2021-04-25 23:59"},
		{at("2021-04-23 12:00").UTC, "2021-05-02 23:59"},
		{at("2021-05-01 12:00").UTC, "2021-05-09 23:59"},
		{at("2030-01-01").UTC, "2021-05-09 23:59"},
	} {
		if got := s.DeadlineAt(c.now); got.Wall != c.want {
			t.Errorf("at %v: %v, want %s", c.now, got, c.want)
		}
	}
}
