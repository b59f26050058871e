package main

import "context"

// instances is a callmart run with different numbers of processors.
type instances struct {
	Equal bool `json:"equal"`
}

func (*instances) markdown() string { return "" }

type manyFiles struct{}

func (manyFiles) markdown() string { return "" }

// others measures what the flags ask for beside the contenders.
func (b *bench) others(context.Context, *report) error { return nil }
