package storage

import (
	"strings"

	"dcbot/bot/dc"
)

// memo is what a batch has read of threads and contributions, for mails of one archive stand in the same threads: a walk up a
// thread costs a query for each ancestor otherwise, and a mail on the survey needs all contributions. It lives as long as its transaction. A nil memo remembers nothing.
type memo struct {
	messages      map[memoKey]Message
	contributions map[int64]dc.Contribution
	anchors       map[string]map[string][]Anchor // by coalition and Message-ID; a coalition that is there is there as a whole
}

type memoKey struct{ coalition, mid string }

// memoMessages bounds the memo of a batch.
const memoMessages = 4096

func (m *memo) message(coalition, mid string) (Message, bool) {
	if m == nil {
		return Message{}, false
	}
	known, ok := m.messages[memoKey{coalition, mid}]
	return known, ok
}

func (m *memo) remember(known Message) {
	if m == nil {
		return
	}
	if m.messages == nil || len(m.messages) >= memoMessages {
		m.messages = map[memoKey]Message{}
	}
	// Ids may be parts of whole header fields.
	m.messages[memoKey{known.Coalition, strings.Clone(known.ID)}] = known
}

func (m *memo) forget(coalition, mid string) {
	if m != nil {
		delete(m.messages, memoKey{coalition, mid})
	}
}

// forgetAll is for writes that concern more than one id, and for what is undone.
func (m *memo) forgetAll() {
	if m != nil {
		m.messages, m.contributions, m.anchors = nil, nil, nil
	}
}

// anchorsOf reads the anchors of a coalition, once.
func (tx *Tx) anchorsOf(coalition string) (map[string][]Anchor, error) {
	if by, ok := tx.memo.anchors[coalition]; ok {
		return by, nil
	}
	as, err := all(tx, scanAnchor, anchorsByCoalition, coalition)
	if err != nil {
		return nil, err
	}
	by := map[string][]Anchor{}
	for _, a := range as {
		by[a.MID] = append(by[a.MID], a)
	}
	if tx.memo.anchors == nil {
		tx.memo.anchors = map[string]map[string][]Anchor{}
	}
	tx.memo.anchors[coalition] = by
	return by, nil
}

const (
	contributionIDs = `SELECT c.id FROM contribution c `
	// memoContributions bounds the memo, and fewMissing says up to how many rows are read one by one.
	memoContributions = 2000
	fewMissing        = 10
)

func (m *memo) forgetContribution(id int64) {
	if m != nil {
		delete(m.contributions, id)
	}
}

// contributions reads what the end of a query, from WHERE on, chooses. A batch asks for the same rows again and again, with
// one or two new ones at a time: it asks for their ids first.
func (tx *Tx) contributions(rest string, args []any) ([]dc.Contribution, error) {
	if tx.memo == nil {
		return all(tx, scanContribution, contributionSelect+rest, args...)
	}
	ids, err := all(tx, scanInt, contributionIDs+rest, args...)
	if err != nil {
		return nil, err
	}
	m := tx.memo
	missing := 0
	for _, id := range ids {
		if _, ok := m.contributions[id]; !ok {
			missing++
		}
	}
	if m.contributions == nil || len(m.contributions) > memoContributions {
		m.contributions, missing = map[int64]dc.Contribution{}, len(ids)
	}
	if missing > fewMissing {
		cs, err := all(tx, scanContribution, contributionSelect+rest, args...)
		for _, c := range cs {
			m.contributions[c.ID] = c
		}
		return cs, err
	}
	var cs []dc.Contribution
	for _, id := range ids {
		c, ok := m.contributions[id]
		if !ok {
			if c, err = tx.Contribution(id); err != nil {
				return nil, err
			}
			m.contributions[id] = c
		}
		cs = append(cs, c)
	}
	return cs, nil
}
