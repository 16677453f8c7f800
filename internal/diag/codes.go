package diag

func errorCodes() []Entry { return []Entry{} }
func noticeCodes() []Entry { return []Entry{} }
