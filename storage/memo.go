package storage

import "strings"

// memo is what a batch has read of threads, for mails of one archive stand in the same threads: a walk up a thread costs a
// query for each ancestor otherwise. It lives as long as its transaction. A nil memo remembers nothing.
type memo struct {
	messages map[memoKey]Message
	anchors  map[string]map[string][]Anchor // by coalition and Message-ID; a coalition that is there is there as a whole
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
		m.messages, m.anchors = nil, nil
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
