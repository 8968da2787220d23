package main

import "github.com/spf13/cobra"

func (a *app) statusCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show where things stand, and what to do next",
		Example: `  dcbot status
  dcbot status --coalition dc-meter`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.do(c.Context(), "status", operator("")) },
	}
}
