package storage

const (
	putAnswer = `INSERT INTO answer (post, ok, text) VALUES (?, ?, ?) ON CONFLICT (post) DO UPDATE SET ok = excluded.ok, text = excluded.text`
	answerTo  = `SELECT ok, text FROM answer WHERE post = ?`
)

type answer struct {
	ok   bool
	text string
}

func scanAnswer(r scanner) (a answer, err error) {
	err = r.Scan(&a.ok, &a.text)
	return
}

// PutAnswer stores what the command in a post printed, for whoever waits for it.
func (tx *Tx) PutAnswer(post int64, ok bool, text string) error {
	_, err := tx.change(putAnswer, post, ok, text)
	return doing(err, "answering post %d", post)
}

// Answer reads what the command in a post printed; found is false while it was not executed.
func (tx *Tx) Answer(post int64) (text string, ok, found bool, err error) {
	a, err := one(tx, scanAnswer, answerTo, post)
	absent, err := missing(err)
	return a.text, a.ok, err == nil && !absent, doing(err, "reading the answer to post %d", post)
}
