package main

import (
	"github.com/spf13/cobra"

	"dcbot/bot/config"
)

func (a *app) configCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "config",
		Short:   "Write the example config, with every key explained",
		Example: "  dcbot config > config.toml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.stdout.Write(config.Example)
			return err
		},
	}
}
