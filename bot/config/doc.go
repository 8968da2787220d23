// Package config reads config.toml and survey.toml into validated values. It is strict and complete: an unknown key is
// a mistake, and every mistake of a file is reported at once, with its line, its cause and what to do.
//
// Load is enough for what needs no server (import, draft, inspect); ForRun says what `run` needs beyond that.
package config
