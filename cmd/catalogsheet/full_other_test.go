//go:build !linux && !darwin

package main

func nearlyFull() { main() }
