package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"dcbot/bot/render"
)

func (a *app) draftCmd() *cobra.Command {
	var format, output string
	c := &cobra.Command{
		Use:   "draft",
		Short: "Print a coalition's consolidated draft",
		Long: `Prints a coalition's consolidated draft as it stands now: for each question the adopted text or what was contributed, with the
objections in their authors' words, what was set aside and why, and the sources. Nothing is frozen or sent: see the commands
approve and submit.`,
		Example: `  dcbot draft --coalition dc-meter
  dcbot draft --coalition dc-meter --format html -o draft.html`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.draft(c.Context(), format, output) },
	}
	c.Flags().StringVar(&format, "format", "text", "`FORMAT`: text, html, markdown or json")
	c.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` instead of standard output")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "html", "markdown", "json"}, cobra.ShellCompDirectiveNoFileComp)) // it fails for a flag that is not there
	return c
}

func (a *app) draft(ctx context.Context, format, output string) error {
	f, err := render.ParseFormat(format)
	if err != nil {
		return badInput(err)
	}
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	c, err := p.oneCoalition(a.coalition)
	if err != nil {
		return err
	}
	s, err := p.surveyNamed(ctx, a.survey)
	if err != nil {
		return err
	}
	d, err := p.bot.Consolidate(ctx, s.ID, c.ID)
	if err != nil {
		return err
	}
	text, err := p.bot.Render.Draft(d, f)
	if err != nil {
		return err
	}
	if output == "" || output == "-" {
		_, err := a.stdout.Write(text)
		return err
	}
	if err := os.WriteFile(output, text, 0o644); err != nil {
		return fmt.Errorf("writing the draft: %w", err)
	}
	return nil
}
