package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/mail/mbox"
)

// replyTexts answers JSON lines with the author's own text of each.
func (a *app) replyTexts(ctx context.Context, in io.Reader, own mail.OwnTextOptions) error {
	type question struct {
		ID   json.RawMessage `json:"id"` // handed back as it came
		Text string          `json:"text"`
		Eml  []byte          `json:"eml"` // base64 in JSON
	}
	type answer struct {
		ID  json.RawMessage `json:"id"`
		Out string          `json:"out"`
	}
	dec := json.NewDecoder(bufio.NewReader(in))
	out := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for n := 1; ctx.Err() == nil; n++ {
		var q question
		err := dec.Decode(&q)
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil {
			_ = out.Flush() // what was answered so far; the error to tell is the other one
			return badInput(dc.Userf(`each line is an object {"id": ..., "text": "..."} or {"id": ..., "eml": "base64"}`, "object %d of the input: %w", n, err))
		}
		if q.ID == nil {
			q.ID = json.RawMessage("null")
		}
		var reading *mail.Reading
		if len(q.Eml) > 0 {
			m := mail.Parse(q.Eml, mail.Limits{})
			o := mail.ReadOptions{FromHTML: m.FromHTML}
			if len(m.From) > 0 {
				o.Author = m.From[0]
			}
			reading = mail.Read(m.Text, o)
		} else {
			reading = mail.Read(q.Text, mail.ReadOptions{})
		}
		if err := enc.Encode(answer{q.ID, reading.OwnText(own)}); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// printThreads prints the root of each message's thread.
func (a *app) printThreads(ctx context.Context, path string) error {
	r, err := mbox.Open(path)
	if err != nil {
		return badInput(err)
	}
	defer r.Close()
	var refs []mail.Ref
	for {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return badInput(err)
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		msg := mail.Parse(m.Raw, mail.Limits{})
		// The archive is of one list, whatever List-Id its mails bear, or none.
		refs = append(refs, mail.Ref{ID: msg.ID, Aliases: msg.Aliases, InReplyTo: msg.InReplyTo, References: msg.References, Subject: msg.Subject, Date: msg.Date})
	}
	out := bufio.NewWriter(a.stdout)
	for i, root := range mail.Threads(refs) {
		fmt.Fprintf(out, "%s\t%s\n", refs[i].ID, root)
	}
	return out.Flush()
}
