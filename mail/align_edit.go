package mail

// editedCopy compares an edited copy of an ancestor with it.
func (r *reader) editedCopy() ([]Edit, bool) { return nil, false }
