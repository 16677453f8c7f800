package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"catalogsheet/internal/rest"
)

// paceFile keeps for the next command what this one has left held of the
// service's budget: commands typed one after another are one client to the
// service. Nothing depends on it but the pace, so what goes wrong with it is
// passed over: the service then says "too many requests", and the client waits.
type paceFile string

// paceFile names the file by system, address and credential; the name does not
// tell the credential.
func (e *Env) paceFile(system, url string, c Credential) paceFile {
	if e.Home == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(url + "\x00" + c.Token + "\x00" + c.Login + "\x00" + c.Password))
	return paceFile(filepath.Join(e.Home, "pace", system+"-"+hex.EncodeToString(sum[:6])+".json"))
}

func (p paceFile) load(now time.Time) []rest.Spend {
	text, err := os.ReadFile(string(p))
	if err != nil {
		return nil
	}
	var spent []rest.Spend
	if err := json.Unmarshal(text, &spent); err != nil {
		return nil
	}
	return slices.DeleteFunc(spent, func(s rest.Spend) bool { return !s.Until.After(now) })
}

func (p paceFile) save(spent []rest.Spend) {
	if p == "" || len(spent) == 0 {
		return
	}
	text, err := json.Marshal(spent)
	if err != nil || os.MkdirAll(filepath.Dir(string(p)), 0o700) != nil {
		return
	}
	_ = os.WriteFile(string(p), text, 0o600)
}

// leave ends what a command has opened.
func (e *Env) leave() {
	for _, end := range e.atExit {
		end()
	}
	e.atExit = nil
}
