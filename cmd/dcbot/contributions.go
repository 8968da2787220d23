package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dcbot/bot/dc"
	"dcbot/storage"
)

func (a *app) contributionsCmd() *cobra.Command {
	var asJSON bool
	var question, status string
	c := &cobra.Command{
		Use:   "contributions",
		Short: "List what was contributed, with its source",
		Long: `Lists contributions, oldest first. With --json each is one JSON object on a line of its own, with the keys post (Message-ID
without brackets), author, question (null: in the tray), kind, stance (or null), text, coalition, survey, status and id, and more.`,
		Example: `  dcbot contributions --coalition dc-meter
  dcbot contributions --json --question 6 | jq -r .author
  dcbot contributions --question tray`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.contributions(c.Context(), asJSON, question, status)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	c.Flags().StringVar(&question, "question", "", "only those of question `N`, or of the \"tray\"")
	c.Flags().StringVar(&status, "status", "", "only those of this `STATUS`: collected, adopted, set-aside, superseded, withdrawn, awaiting-confirmation")
	return c
}

func (a *app) contributions(ctx context.Context, asJSON bool, question, status string) error {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	filter := storage.Filter{Status: dc.Status(status), Tray: strings.EqualFold(question, "tray")}
	if a.coalition != "" {
		c, err := p.coalition(a.coalition)
		if err != nil {
			return err
		}
		filter.Coalition = c.ID
	}
	if a.survey != "" || question != "" && !filter.Tray {
		s, err := p.surveyNamed(ctx, a.survey)
		if err != nil {
			return err
		}
		filter.Survey = s.ID
		if question != "" && !filter.Tray {
			q, ok := s.Question(question)
			if !ok {
				return badInput(dc.Userf("dcbot survey show "+s.ID+" lists its questions", "survey %s has no question %s", s.ID, question))
			}
			filter.Question = &q.Number
		}
	}
	var found []dc.Contribution
	err = p.db.View(ctx, func(tx *storage.Tx) (err error) {
		found, err = tx.Contributions(filter)
		return err
	})
	if err != nil {
		return fmt.Errorf("reading contributions: %w", err)
	}
	if !asJSON {
		for _, c := range found {
			a.printContribution(c)
		}
		return nil
	}
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	for _, c := range found {
		if err := enc.Encode(contributionLine(c)); err != nil {
			return err
		}
	}
	return nil
}

// jsonContribution is a line of `contributions --json`. Other programs read it: keys are added, never changed.
type jsonContribution struct {
	Post       string    `json:"post"`
	Author     string    `json:"author"`
	Question   *string   `json:"question"`
	Kind       dc.Kind   `json:"kind"`
	Stance     *string   `json:"stance"`
	Text       string    `json:"text"`
	Coalition  string    `json:"coalition"`
	Survey     string    `json:"survey"`
	Status     dc.Status `json:"status"`
	ID         int64     `json:"id"`
	AuthorName string    `json:"author_name,omitempty"`
	At         time.Time `json:"at"`
	Quoted     string    `json:"quoted,omitempty"`
	Target     int64     `json:"target,omitempty"`
	Link       string    `json:"link,omitempty"`
	Why        string    `json:"why,omitempty"`
	By         string    `json:"by,omitempty"`
	Reason     string    `json:"reason,omitempty"`
	Supersedes int64     `json:"supersedes,omitempty"`
	Late       bool      `json:"late,omitempty"`
}

func contributionLine(c dc.Contribution) jsonContribution {
	line := jsonContribution{
		Post: c.PostRef, Author: c.Author, Kind: c.Kind, Text: c.Text, Coalition: c.Coalition, Survey: c.Survey, Status: c.Status, ID: c.ID,
		AuthorName: c.AuthorName, At: c.At.UTC(), Quoted: c.Quoted, Target: c.Target, Link: c.Link, Why: c.Why, By: c.By, Reason: c.Reason,
		Supersedes: c.Supersedes, Late: c.Late,
	}
	if c.Question != "" {
		line.Question = &c.Question
	}
	if c.Stance != dc.NoStance {
		stance := string(c.Stance)
		line.Stance = &stance
	}
	return line
}

func (a *app) printContribution(c dc.Contribution) {
	place := "question " + c.Question
	if c.Question == "" {
		place = "tray"
	}
	what := string(c.Kind)
	if c.Stance != dc.NoStance {
		what = string(c.Stance)
	}
	if c.Target != 0 {
		what += fmt.Sprintf(" (about c%d)", c.Target)
	}
	who := dc.Actor{Name: c.AuthorName, Address: c.Author}
	fmt.Fprintf(a.stdout, "%s  %s  %s  %s  %s  %s  %s\n", c.Ref(), c.Coalition, place, what, c.Status, who, stamp(c.At))
	text := c.Text
	if c.Link != "" {
		text += "\n" + c.Link
	}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fmt.Fprintf(a.stdout, "    %s\n", strings.TrimRight(line, "\n"))
	}
	if c.Why != "" {
		fmt.Fprintf(a.stdout, "  why: %s\n", c.Why)
	}
	if c.Reason != "" {
		by := ""
		if c.By != "" {
			by = " (" + c.By + ")"
		}
		fmt.Fprintf(a.stdout, "  reason: %s%s\n", c.Reason, by)
	}
	fmt.Fprintf(a.stdout, "  source: %s\n\n", c.PostRef)
}
