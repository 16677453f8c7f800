package sandbox

import "catalogsheet/internal/sandbox/fault"

// faultKinds is the table of everything a SPEC may name.
func faultKinds() []fault.Kind {
	return []fault.Kind{
		{Name: "500-before", Phase: fault.Before, Arg: "-", What: "500 with an HTML page, nothing carried out"},
		{Name: "502-before", Phase: fault.Before, Arg: "-", What: "502 with an HTML page, nothing carried out"},
		{Name: "503-before", Phase: fault.Before, Arg: "-", What: "503, nothing carried out"},
		{Name: "504-before", Phase: fault.Before, Arg: "-", What: "504 with an HTML page, nothing carried out"},
		{Name: "maintenance", Phase: fault.Before, Arg: "-", What: "503 code 1074, nothing carried out"},
		{Name: "429-time", Phase: fault.Before, Arg: "300ms", What: "429 code 1049 with X-Lognex-Retry-After of the argument"},
		{Name: "429-parallel", Phase: fault.Before, Arg: "-", What: "429 code 1073 without a time"},
		{Name: "drop-before", Phase: fault.Before, Arg: "-", What: "connection closed, nothing carried out"},
		{Name: "html-error", Phase: fault.Before, Arg: "404", What: "the status of the argument with an HTML page"},
		{Name: "slow-page", Phase: fault.Before, Arg: "2s", What: "the answer comes later"},
		{Name: "revoke-token", Phase: fault.Before, Arg: "-", What: "401 from now on: the token is revoked"},
		{Name: "413", Phase: fault.Before, Arg: "-", What: "413 code 1044"},
		{Name: "500-after", Phase: fault.After, Arg: "-", What: "carried out, then 500"},
		{Name: "503-after", Phase: fault.After, Arg: "-", What: "carried out, then 503"},
		{Name: "504-after", Phase: fault.After, Arg: "-", What: "carried out, then 504"},
		{Name: "drop-after", Phase: fault.After, Arg: "-", What: "carried out, then the connection closes"},
		{Name: "lost-answer", Phase: fault.After, Arg: "5m", What: "carried out, then silence until the argument or the client gives up"},
		{Name: "cut-body", Phase: fault.After, Arg: "-", What: "carried out, half of the answer, then the connection closes"},
		{Name: "empty-body", Phase: fault.After, Arg: "-", What: "carried out, 200 with an empty body"},
		{Name: "short-bulk", Phase: fault.After, Arg: "-", What: "carried out, the last element of the answer array is missing"},
		{Name: "no-gzip", Phase: fault.After, Arg: "-", What: "the answer is not compressed"},
		{Name: "changed-between-pages", Phase: fault.During, Arg: "-", What: "the first element of the list is edited before a later page is read"},
		{Name: "deleted-between-pages", Phase: fault.During, Arg: "-", What: "the first element of the list is deleted before a later page is read: rows move up"},
		{Name: "created-between-pages", Phase: fault.During, Arg: "-", What: "an element is added in front before a later page is read: rows move down"},
		{Name: "duplicate-row", Phase: fault.During, Arg: "-", What: "a page begins with the last row of the one before it"},
		{Name: "missing-row", Phase: fault.During, Arg: "-", What: "the first row of a page is missing"},
		{Name: "1065", Phase: fault.During, Arg: "1", What: "that element of a bulk write (from 1) was changed in parallel"},
		{Name: "partial-bulk", Phase: fault.During, Arg: "3", What: "every so-manieth element of a bulk write is refused with 1075"},
		{Name: "1088", Phase: fault.During, Arg: "-", What: "half of a bulk write is carried out, then 1088"},
		{Name: "clock-skew", Phase: fault.Steady, Arg: "10s", What: "the server's clock is ahead by the argument from now on"},
		{Name: "variant-order", Phase: fault.Steady, Arg: "-", What: "variants cannot be sorted by id (1063)"},
		{Name: "no-limits", Phase: fault.Steady, Arg: "-", What: "neither limit is kept: no 429 comes of itself"},
		{Name: "default", Phase: fault.Preset, Arg: "5%", What: "that part of requests is answered 429 or 503, nothing carried out"},
		{Name: "none", Phase: fault.Preset, Arg: "-", What: "no faults; those added before are dropped"},
	}
}

// byChance are the kinds that the preset "default" stands for.
func byChance() []string { return []string{"429-time", "503-before"} }

func hash(seed int64, parts ...string) uint64 { return fault.Hash(seed, parts...) }
