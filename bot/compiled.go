package bot

import (
	"reflect"
	"sync"

	"dcbot/bot/collect"
	"dcbot/bot/dc"
)

// compiledSurveys keeps surveys in the form that is collected with: every mail of an archive is looked at with it.
type compiledSurveys struct {
	mu   sync.Mutex
	made map[string]compiledSurvey // by id
}

type compiledSurvey struct {
	of   *dc.Survey
	made *collect.Compiled
}

// compiled gives the compiled form of a survey, which must not change afterwards.
func (b *Bot) compiled(s *dc.Survey) *collect.Compiled {
	k := &b.surveys
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.made[s.ID]
	if ok && c.of == s {
		return c.made
	}
	// Each transaction reads its surveys anew; most often they are what they were.
	if ok && reflect.DeepEqual(c.of, s) {
		k.made[s.ID] = compiledSurvey{s, c.made}
		return c.made
	}
	if k.made == nil {
		k.made = map[string]compiledSurvey{}
	}
	c = compiledSurvey{s, collect.Compile(s)}
	k.made[s.ID] = c
	return c.made
}
