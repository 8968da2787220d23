package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dcbot/bot"
	"dcbot/bot/dc"
)

func (a *app) surveyCmd() *cobra.Command {
	check := &cobra.Command{
		Use:     "check FILE",
		Short:   "Explain every mistake in a survey file, with its line",
		Example: "  dcbot survey check survey.toml",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := readSurvey(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "ok: %s: %q with %d questions in %d sections, deadline %s %s\n",
				s.ID, s.Title, len(s.Questions()), len(s.Sections), s.Deadline.Wall, s.Deadline.Zone)
			return nil
		},
	}
	load := &cobra.Command{
		Use:   "load FILE",
		Short: "Take a survey file over into the record",
		Long: `Takes a survey file over. Question numbers are identity: a changed text becomes a new version and is announced on the lists where
the survey was launched; a question that is gone keeps what was contributed. Loading the same file again changes nothing.`,
		Example: "  dcbot survey load survey.toml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.loadSurvey(c.Context(), args[0]) },
	}
	show := &cobra.Command{
		Use:     "show FILE",
		Short:   "Print a survey file as people will read it",
		Example: "  dcbot survey show survey.toml\n  dcbot survey show dc2021    # one that is loaded",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.showSurvey(c.Context(), args[0]) },
	}
	return parent(&cobra.Command{Use: "survey", Short: "Survey files: check, load, show", Example: "  dcbot survey check survey.toml"}, check, load, show)
}

func (a *app) loadSurvey(ctx context.Context, path string) error {
	s, err := readSurvey(path)
	if err != nil {
		return err
	}
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	res, err := p.bot.LoadSurvey(ctx, s, bot.Operator.String())
	if err != nil {
		return err
	}
	if !res.Changed {
		fmt.Fprintf(a.stdout, "%s is as it was loaded before (version %d).\n", s.ID, res.Version)
		return nil
	}
	fmt.Fprintf(a.stdout, "%s is loaded, version %d.\n", s.ID, res.Version)
	for _, change := range []struct {
		what    string
		numbers []string
	}{{"new", res.New}, {"changed", res.Edited}, {"removed", res.Removed}} {
		if len(change.numbers) > 0 {
			fmt.Fprintf(a.stdout, "  %s: %s\n", change.what, strings.Join(change.numbers, ", "))
		}
	}
	return nil
}

func (a *app) showSurvey(ctx context.Context, file string) error {
	var s dc.Survey
	var err error
	if looksLikeFile(file) {
		s, err = readSurvey(file)
	} else {
		var p *program
		if p, err = a.open(ctx); err != nil {
			return err
		}
		defer p.close()
		s, err = p.surveyNamed(ctx, file)
	}
	if err != nil {
		return err
	}
	a.printSurvey(s)
	return nil
}

func (a *app) printSurvey(s dc.Survey) {
	fmt.Fprintf(a.stdout, "%s (%s)\nlaunch %s %s, deadline %s %s\n", s.Title, s.ID, s.Launch.Wall, s.Launch.Zone, s.Deadline.Wall, s.Deadline.Zone)
	if s.Introduction != "" {
		fmt.Fprintf(a.stdout, "\n%s\n", strings.TrimSpace(s.Introduction))
	}
	for _, sec := range s.Sections {
		fmt.Fprintf(a.stdout, "\n== %s\n", sec.Title)
		for _, q := range sec.Questions {
			notes := []string{string(q.Kind)}
			if q.Need != dc.NeedUnknown {
				notes = append(notes, string(q.Need))
			}
			if q.Comment {
				notes = append(notes, "with a comment")
			}
			if q.Removed {
				notes = append(notes, "no longer asked")
			}
			fmt.Fprintf(a.stdout, "\n%s. %s (%s)\n", q.Number, q.Title, strings.Join(notes, ", "))
			a.indented(q.Text)
			for _, o := range q.Options {
				a.indented("( ) " + o)
			}
			if q.Kind == dc.Scale {
				a.indented(fmt.Sprintf("from %d to %d", q.Min, q.Max))
			}
			for _, f := range q.FollowUp {
				a.indented("- " + f)
			}
			for _, note := range []string{q.Help, q.Link} {
				a.indented(note)
			}
		}
	}
}

func (a *app) indented(text string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fmt.Fprintf(a.stdout, "    %s\n", strings.TrimRight(line, "\n"))
	}
}
