package config

import (
	_ "embed"

	"dcbot/bot/dc"
)

// Example is a complete config with comments, as `dcbot config` writes it out. config.example.toml at the top of the
// repository is a copy.
//
//go:embed example/config.toml
var Example []byte

// ExampleSurvey is a complete survey with comments. The demo uses it.
//
//go:embed example/survey.toml
var ExampleSurvey []byte

// LoadExampleSurvey reads ExampleSurvey.
func LoadExampleSurvey() (*dc.Survey, error) {
	return LoadSurveyBytes("example/survey.toml", ExampleSurvey)
}
