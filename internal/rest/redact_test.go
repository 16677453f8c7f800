package rest

import "testing"

// TestRedact: a secret never shows, and a short one spoils no other word.
func TestRedact(t *testing.T) {
	for _, c := range []struct{ secret, text, want string }{
		{"a-long-token", "xa-long-tokeny", "x***y"},
		{"tok", "the token tok, (tok) and tok", "the token ***, (***) and ***"},
		{"ток", "токен ток", "токен ***"},
		{"1", "code 1011: 1", "code 1011: ***"},
		{"aa", "aaa aa aaaa", "aaa *** aaaa"},
		{"", "nothing", "nothing"},
	} {
		client := &Client{cfg: Config{Secrets: []string{c.secret}}}
		if got := client.redact(c.text); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.secret, c.text, got, c.want)
		}
	}
}
