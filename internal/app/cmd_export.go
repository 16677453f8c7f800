package app

// dialects are the CSV dialects of an export.
var dialects = []string{"excel-ru", "rfc4180"}
