// Command catalogsheet moves catalog data between MoySklad and spreadsheets.
package main

import (
	"context"
	"os"

	"catalogsheet/internal/app"
)

func main() {
	os.Exit(app.Main(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
