package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

// approve freezes the consolidated draft, as it is now, under the name of a person.
func (b *Bot) approve(tx *storage.Tx, survey, coalition string, actor dc.Actor, now time.Time) (dc.Submission, error) {
	r, err := tx.Response(survey, coalition)
	if err != nil {
		return dc.Submission{}, err
	}
	if r.State == dc.NotLaunched {
		// An imported archive was launched by somebody else; what was collected can be approved all the same.
		r.State = dc.OpenState
	}
	to, err := r.State.Transition("approve")
	if err != nil {
		return dc.Submission{}, err
	}
	d, err := b.consolidate(tx, survey, coalition, now)
	if err != nil {
		return dc.Submission{}, err
	}
	if err := b.checkComplete(tx, d); err != nil {
		return dc.Submission{}, err
	}
	d.ApprovedBy, d.State = actor.String(), to
	content, err := json.Marshal(d)
	if err != nil {
		return dc.Submission{}, fmt.Errorf("freezing version %d: %w", d.Version, err)
	}
	sum := sha256.Sum256(content)
	sub := dc.Submission{Survey: survey, Coalition: coalition, Version: d.Version, Content: content, Digest: hex.EncodeToString(sum[:]), ApprovedBy: actor.String(), ApprovedAt: now}
	if err := tx.AddSubmission(&sub); err != nil {
		return sub, err
	}
	return sub, tx.SetResponse(survey, coalition, to, r.Launched)
}

// submit mails a frozen version to the Secretariat. version 0 is the newest. It is refused when a dissent that is on
// record now is not in it, word for word.
func (b *Bot) submit(tx *storage.Tx, survey, coalition string, version int, actor dc.Actor, now time.Time) (dc.Submission, error) {
	if b.Set.Secretariat.Addr == "" {
		return dc.Submission{}, dc.Userf("set [secretariat] address in the config", "nobody is named to send it to")
	}
	subs, err := tx.Submissions(survey, coalition)
	if err != nil {
		return dc.Submission{}, err
	}
	if len(subs) == 0 {
		return dc.Submission{}, dc.Userf("`draft` shows it, `approve` freezes it under your name", "no version was approved yet")
	}
	sub := subs[len(subs)-1]
	if version != 0 {
		found := false
		for _, s := range subs {
			if s.Version == version {
				sub, found = s, true
			}
		}
		if !found {
			return sub, dc.Userf(fmt.Sprintf("the newest is v%d", sub.Version), "there is no version %d", version)
		}
	}
	if sub.Outgoing != 0 {
		return sub, dc.Userf("`approve` freezes a new one", "version %d was submitted before", sub.Version)
	}
	if sub.ApprovedBy == "" {
		return sub, dc.Userf("`approve` it first", "nobody has approved version %d", sub.Version)
	}
	r, err := tx.Response(survey, coalition)
	if err != nil {
		return sub, err
	}
	to, err := r.State.Transition("submit")
	if err != nil {
		return sub, err
	}
	frozen, err := b.frozen(sub)
	if err != nil {
		return sub, err
	}
	if err := b.checkDissents(tx, frozen, now); err != nil {
		return sub, err
	}
	content, err := b.Render.SubmissionMail(render.SubmissionInput{Draft: frozen, Secretariat: b.Set.Secretariat.Name, BotName: b.Set.Name, Digest: sub.Digest, JSON: sub.Content})
	if err != nil {
		return sub, fmt.Errorf("writing the mail to the Secretariat: %w", err)
	}
	id, err := b.enqueue(tx, dc.Outgoing{
		Channel: dc.ToMailbox, Destination: b.Set.Secretariat.Addr, Key: fmt.Sprintf("submission/%s/%s/%d", survey, coalition, sub.Version),
		Kind: "submission", Coalition: coalition, Survey: survey, Content: content,
	}, now)
	if err != nil {
		return sub, err
	}
	sub.Outgoing = id
	if err := tx.SetSubmissionOutgoing(sub.ID, id); err != nil {
		return sub, err
	}
	if err := tx.Audit(dc.Audit{At: now, Who: actor.String(), What: fmt.Sprintf("submitted version %d of %s (m%d)", sub.Version, survey, id), Coalition: coalition}); err != nil {
		return sub, err
	}
	return sub, tx.SetResponse(survey, coalition, to, r.Launched)
}

// frozen reads a submission's content back and checks its digest.
func (b *Bot) frozen(sub dc.Submission) (dc.Consolidated, error) {
	var d dc.Consolidated
	sum := sha256.Sum256(sub.Content)
	if hex.EncodeToString(sum[:]) != sub.Digest {
		return d, fmt.Errorf("version %d: %w: its digest differs", sub.Version, errNoContent)
	}
	if err := json.Unmarshal(sub.Content, &d); err != nil {
		return d, fmt.Errorf("version %d: %w: %w", sub.Version, errNoContent, err)
	}
	return d, nil
}

// checkComplete makes sure that a draft accounts for every contribution on record: nothing that a member wrote is
// dropped silently.
func (b *Bot) checkComplete(tx *storage.Tx, d dc.Consolidated) error {
	all, err := tx.Contributions(storage.Filter{Survey: d.Survey, Coalition: d.Coalition})
	if err != nil {
		return err
	}
	has := refs(d)
	for _, c := range all {
		if !has[c.Ref()] {
			return fmt.Errorf("the draft of %s leaves out %s", d.Coalition, c.Ref())
		}
	}
	return nil
}

// checkDissents refuses a frozen version that lacks a dissent which is on record now, or has it under another question.
func (b *Bot) checkDissents(tx *storage.Tx, frozen dc.Consolidated, now time.Time) error {
	current, err := b.consolidate(tx, frozen.Survey, frozen.Coalition, now)
	if err != nil {
		return err
	}
	has := dissents(frozen)
	var missing []string
	for ref, words := range dissents(current) {
		if has[ref] != words {
			missing = append(missing, ref)
		}
	}
	if gone := withdrawnSince(frozen, current); len(gone) > 0 {
		return dc.Userf("`approve` again, so that they are left out", "version %d cannot be sent: its authors have taken back %s since", frozen.Version, strings.Join(gone, ", "))
	}
	if len(missing) == 0 {
		return nil
	}
	sort.Strings(missing)
	return dc.Userf("`approve` again, so that it is in", "version %d cannot be sent: it lacks the dissent %s, recorded since", frozen.Version, strings.Join(missing, ", "))
}

// withdrawnSince lists what a frozen version still quotes although its author has taken it back.
func withdrawnSince(frozen, current dc.Consolidated) []string {
	then, inFrozen := withdrawn(frozen), refs(frozen)
	var out []string
	for ref := range withdrawn(current) {
		if inFrozen[ref] && !then[ref] {
			out = append(out, ref)
		}
	}
	sort.Strings(out)
	return out
}
