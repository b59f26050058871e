package transform

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

// TestFixedWordsAreDocumented finds the words that the code itself writes into columns: each is one of the column's
// allowed words, or is named by its origins where vendors' words stand in the column too.
func TestFixedWordsAreDocumented(t *testing.T) {
	columns := columnsByIdentifier(t)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			name, words := wordsWritten(n)
			if name == "" || len(words) == 0 {
				return true
			}
			column := columns[name]
			require.NotEmpty(t, column, "%s: schema.%s", file, name)
			f := fieldAt(column)
			for _, word := range words {
				found++
				if len(f.Values) > 0 {
					require.Contains(t, f.Values, word, "%s writes %s", file, column)
				} else {
					require.True(t, names(f.Origins.For(schema.Vendors()), word), "%s: nothing says that %s can be %s", file, column, word)
				}
			}
			return true
		})
	}
	require.Greater(t, found, 20)
}

// wordsWritten tells a call of Text or DeriveText on a column, and the words it writes.
func wordsWritten(n ast.Node) (column string, words []string) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return "", nil
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Text", "DeriveText"}, method.Sel.Name) {
		return "", nil
	}
	if arg, ok := call.Args[0].(*ast.SelectorExpr); ok {
		column = arg.Sel.Name
	}
	switch value := call.Args[1].(type) {
	case *ast.BasicLit:
		words = append(words, literal(value))
	case *ast.CallExpr: // either(b, "yes", "no")
		if f, ok := value.Fun.(*ast.Ident); ok && f.Name == "either" {
			for _, arg := range value.Args[1:] {
				if word := literal(arg); word != "" {
					words = append(words, word)
				}
			}
		}
	}
	return column, words
}

func literal(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			return s
		}
	}
	return ""
}

// columnsByIdentifier are the columns by the constants that number them, as "table.column".
func columnsByIdentifier(t *testing.T) map[string]string {
	t.Helper()
	tables := map[string]schema.ID{
		"callFields": schema.Calls, "entryFields": schema.QueueEntries, "agentFields": schema.Agents, "transferFields": schema.Transfers,
		"participantFields": schema.Participants, "mediaFields": schema.Media, "eventFields": schema.Events, "utteranceFields": schema.Utterances,
	}
	columns := map[string]string{}
	for _, file := range []string{"calls.go", "children.go"} {
		tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join("schema", file), nil, 0)
		require.NoError(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Names) != 1 || len(v.Values) != 1 {
				return true
			}
			id, ok := tables[v.Names[0].Name]
			if !ok {
				return true
			}
			list, ok := v.Values[0].(*ast.CompositeLit)
			require.True(t, ok, v.Names[0].Name)
			delete(tables, v.Names[0].Name)
			for _, e := range list.Elts {
				pair, ok := e.(*ast.KeyValueExpr)
				require.True(t, ok, v.Names[0].Name)
				key, ok := pair.Key.(*ast.Ident)
				require.True(t, ok, v.Names[0].Name)
				field, ok := pair.Value.(*ast.CompositeLit)
				require.True(t, ok, key.Name)
				name, ok := field.Elts[0].(*ast.KeyValueExpr)
				require.True(t, ok, key.Name)
				columns[key.Name] = schema.Get(id).Name + "." + literal(name.Value)
			}
			return true
		})
	}
	require.Empty(t, tables, "tables without fields")
	return columns
}
