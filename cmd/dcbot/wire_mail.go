package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"os"

	"golang.org/x/sync/errgroup"

	"dcbot/bot"
	"dcbot/bot/config"
	"dcbot/bot/dc"
	"dcbot/bot/maillist"
	"dcbot/mail/imap"
	"dcbot/mail/smtp"
)

// wires are the mail wires, one for each folder that is read.
type wires []*maillist.Lists

// Run reads all folders until ctx ends.
func (ws wires) Run(ctx context.Context, to maillist.Receiver) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, w := range ws {
		group.Go(func() error { return w.Run(ctx, to) })
	}
	return group.Wait()
}

// wire makes the mail wires, and lets the bot send by the first.
func (p *program) wire(log *slog.Logger) (wires, error) {
	if err := p.cfg.ForRun(); err != nil {
		return nil, badInput(err)
	}
	ins, err := p.imapConfigs(log)
	if err != nil {
		return nil, badInput(err)
	}
	out, err := p.smtpConfig(log)
	if err != nil {
		return nil, badInput(err)
	}
	var ws wires
	for _, in := range ins {
		ws = append(ws, maillist.New(p.bot.Set, maillist.Config{
			IMAP: in, SMTP: out, AuthservID: p.cfg.Mail.AuthservID, Now: p.bot.Now, Log: log,
			LookupTXT: func(ctx context.Context, name string) ([]string, error) {
				return net.DefaultResolver.LookupTXT(ctx, name)
			},
		}))
	}
	p.bot.Log = log
	p.bot.Senders = map[dc.Channel]bot.Sender{dc.ToList: ws[0], dc.ToMailbox: ws[0]}
	return ws, nil
}

// imapConfigs are the folders to watch; none when the config names no server.
func (p *program) imapConfigs(log *slog.Logger) ([]imap.Config, error) {
	in := p.cfg.Mail.IMAP
	if in == nil {
		return nil, nil
	}
	password, roots, err := access("mail.imap", in.Server)
	if err != nil {
		return nil, err
	}
	var out []imap.Config
	for _, folder := range in.Folders {
		out = append(out, imap.Config{
			Addr: in.Address, User: in.User, Password: password, TLS: imap.TLSMode(in.TLS), RootCAs: roots, Folder: folder, MaxSize: in.MaxSize, Log: log,
		})
	}
	return out, nil
}

func (p *program) smtpConfig(log *slog.Logger) (smtp.Config, error) {
	out := p.cfg.Mail.SMTP
	if out == nil {
		return smtp.Config{}, nil
	}
	password, roots, err := access("mail.smtp", out.Server)
	if err != nil {
		return smtp.Config{}, err
	}
	return smtp.Config{Addr: out.Address, User: out.User, Password: password, TLS: smtp.TLSMode(out.TLS), RootCAs: roots, Hello: p.cfg.Mail.Hello, Log: log}, nil
}

// access reads the password of a server and the authorities that it is trusted by (nil: the system's).
func access(key string, s config.Server) (password string, roots *x509.CertPool, err error) {
	if password, err = s.Password.Value(); err != nil {
		return "", nil, dc.Userf("mend ["+key+"] in the config", "%w", err)
	}
	if s.CAFile == "" {
		return password, nil, nil
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		return "", nil, fmt.Errorf("reading %s.ca_file: %w", key, err)
	}
	roots = x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return "", nil, dc.Userf("name a file of certificates in PEM", "%s.ca_file %s holds no certificate", key, s.CAFile)
	}
	return password, roots, nil
}
