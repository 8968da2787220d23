package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"dcbot/bot"
	"dcbot/bot/config"
	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/mail"
	"dcbot/storage"
)

// pollEvery is how soon the running bot sees what another process (dcbot do) left in the record.
const pollEvery = 500 * time.Millisecond

// program is the parts of dcbot, put together from a config.
type program struct {
	cfg    *config.Config
	db     *storage.DB
	bot    *bot.Bot
	logger *slog.Logger
}

// load reads the config and puts the parts together, without the record.
func (a *app) load() (*program, error) {
	cfg, err := config.Load(a.config)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badInput(&dc.UserError{Message: "there is no config " + a.config, Remedy: "name one with --config, or make one: dcbot config > config.toml", Err: err})
	}
	if err != nil {
		return nil, badInput(err)
	}
	r, err := render.New()
	if err != nil {
		return nil, fmt.Errorf("reading the built-in texts: %w", err)
	}
	p := &program{cfg: cfg, logger: a.logger(slog.LevelWarn)}
	p.bot = bot.New(nil, settings(cfg), r, nil)
	p.bot.Now, p.bot.Log, p.bot.Rand, p.bot.Poll = a.now, p.logger, rand.Reader, pollEvery
	return p, nil
}

// open is load with the record opened; it is made when there is none yet.
func (a *app) open(ctx context.Context) (*program, error) {
	p, err := a.load()
	if err != nil {
		return nil, err
	}
	return p, p.openRecord(ctx)
}

// openExisting is open for commands that only look: it makes no record. Without a config or a record the error is fs.ErrNotExist.
func (a *app) openExisting(ctx context.Context) (*program, error) {
	p, err := a.load()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(p.cfg.Storage.Path); err != nil {
		return nil, err
	}
	return p, p.openRecord(ctx)
}

func (p *program) openRecord(ctx context.Context) error {
	db, err := storage.Open(ctx, p.cfg.Storage.Path)
	if err != nil {
		return fmt.Errorf("opening the record: %w", err)
	}
	p.db, p.bot.DB = db, db
	return nil
}

func (p *program) close() {
	if p.db != nil {
		p.log(p.db.Close(), "closing the record")
	}
}

// log notes an error of tidying up, which changes nothing for the user.
func (p *program) log(err error, doing string) {
	if err != nil {
		p.logger.Warn(doing+" failed", "err", err)
	}
}

func settings(cfg *config.Config) bot.Settings {
	return bot.Settings{
		Name: cfg.Mail.Name, Prefix: cfg.Bot.Prefix, Address: cfg.Mail.Address, Others: cfg.Mail.Others, Group: cfg.Group, Coalitions: cfg.Coalitions,
		Secretariat: mail.Address{Name: cfg.Secretariat.Name, Addr: cfg.Secretariat.Address},
		Zone:        cfg.Bot.Zone, Language: cfg.Bot.Language, PerHour: cfg.Limits.PerHour, MaxPost: int64(cfg.Limits.MaxPost), Version: fullVersion(),
	}
}

// coalition finds a coalition by its id, name or alias.
func (p *program) coalition(word string) (*dc.Coalition, error) {
	if c := p.bot.Coalition(word); c != nil {
		return c, nil
	}
	return nil, badInput(dc.Userf("the config has: "+strings.Join(p.coalitionIDs(), ", "), "there is no coalition %q", word))
}

// oneCoalition is coalition for commands that are about one: it need not be named where the config has but one.
func (p *program) oneCoalition(word string) (*dc.Coalition, error) {
	all := p.bot.Set.Coalitions
	if word == "" && len(all) == 1 {
		return &all[0], nil
	}
	if word == "" {
		return nil, badInput(dc.Userf("name one with --coalition: "+strings.Join(p.coalitionIDs(), ", "), "there are %d coalitions", len(all)))
	}
	return p.coalition(word)
}

func (p *program) coalitionIDs() []string {
	var ids []string
	for _, c := range p.bot.Set.Coalitions {
		ids = append(ids, c.ID)
	}
	return ids
}

// readSurvey reads a survey file.
func readSurvey(path string) (dc.Survey, error) {
	s, err := config.LoadSurvey(path)
	if err != nil {
		return dc.Survey{}, badInput(err)
	}
	return *s, nil
}

// looksLikeFile tells a survey file from the id of a survey, as --survey takes both.
func looksLikeFile(word string) bool {
	return strings.HasSuffix(word, ".toml") || strings.ContainsAny(word, `/\`)
}

// surveyNamed is the survey that --survey means: by its file, by its id, or, for "", the newest one on record.
func (p *program) surveyNamed(ctx context.Context, word string) (dc.Survey, error) {
	if looksLikeFile(word) {
		s, err := readSurvey(word)
		if err != nil {
			return s, err
		}
		word = s.ID
	}
	var s dc.Survey
	err := p.db.View(ctx, func(tx *storage.Tx) (err error) {
		if word != "" {
			s, err = tx.Survey(word)
			return err
		}
		all, err := tx.Surveys()
		if err == nil && len(all) == 0 {
			err = storage.ErrNotFound
		} else if err == nil {
			s = all[len(all)-1]
		}
		return err
	})
	switch {
	case errors.Is(err, storage.ErrNotFound) && word == "":
		return s, badInput(dc.Userf("load one: dcbot survey load FILE", "no survey is loaded"))
	case errors.Is(err, storage.ErrNotFound):
		return s, badInput(dc.Userf("load it: dcbot survey load FILE", "no survey %q is loaded", word))
	case err != nil:
		return s, fmt.Errorf("reading survey %q: %w", word, err)
	}
	return s, nil
}

// ensureSurvey loads the survey of a file unless it is on record already; an id must be there.
func (p *program) ensureSurvey(ctx context.Context, word string) error {
	if word == "" {
		return nil
	}
	if !looksLikeFile(word) {
		_, err := p.surveyNamed(ctx, word)
		return err
	}
	s, err := readSurvey(word)
	if err != nil {
		return err
	}
	err = p.db.View(ctx, func(tx *storage.Tx) error {
		_, err := tx.Survey(s.ID)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) {
		_, err = p.bot.LoadSurvey(ctx, s, bot.Operator.String())
	}
	return err
}
