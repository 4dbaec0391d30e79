//! Rust source as a flat row of tokens: comments are gone, strings stay whole, and test modules are marked.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::tree::Tree;

/// One token.
#[derive(Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// As it is written.
    pub text: String,
    /// Where it begins, counted from one.
    pub line: usize,
    /// Whether it belongs to an item under `#[cfg(test)]`.
    pub in_test: bool,
}

/// The kinds of token that rules tell apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A keyword or a name.
    Word,
    /// A punctuation character, or a bracket.
    Mark,
    /// A number, a character or a string, with its quotes.
    Literal,
}

impl Token {
    /// Whether it is this keyword or name.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether it is this punctuation character.
    pub fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }

    /// Whether it is a string.
    pub fn is_string(&self) -> bool {
        self.kind == Kind::Literal && self.text.ends_with(['"', '#'])
    }
}

/// Reads a file's tokens.
///
/// # Errors
/// It is not Rust.
pub fn tokens(source: &str) -> Result<Vec<Token>> {
    let stream = TokenStream::from_str(source).map_err(|error| anyhow!("cannot be read as Rust: {error}"))?;
    let mut tokens = Vec::new();
    flatten(stream, false, &mut tokens);
    Ok(tokens)
}

/// The files that are compiled for tests only: `#[cfg(test)] mod name;` stands in the file above them.
pub fn test_files(tree: &Tree) -> HashSet<PathBuf> {
    let mut files = HashSet::new();
    for file in tree.with_extension("rs") {
        // A file that is not Rust is told of elsewhere.
        for triple in tokens(&file.text).unwrap_or_default().windows(3) {
            if let [keyword, name, end] = triple
                && keyword.in_test
                && keyword.is_word("mod")
                && end.is_mark(";")
            {
                let folder = children(&file.path);
                files.insert(folder.join(format!("{}.rs", name.text)));
                files.insert(folder.join(&name.text).join("mod.rs"));
            }
        }
    }
    files
}

/// Where the modules of a file are.
fn children(path: &Path) -> PathBuf {
    let is_root = ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| path.ends_with(name));
    if is_root { path.parent().map(Path::to_path_buf).unwrap_or_default() } else { path.with_extension("") }
}

fn flatten(stream: TokenStream, in_test: bool, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    // True from `#[cfg(test)]` to the end of the item it stands on: its braces, or its semicolon.
    let mut test_item = false;
    while let Some(tree) = trees.next() {
        let marked = in_test || test_item;
        if let TokenTree::Punct(mark) = &tree
            && mark.as_char() == '#'
        {
            trees.next_if(|next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!'));
            if let Some(TokenTree::Group(attribute)) = trees.next_if(|next| matches!(next, TokenTree::Group(_))) {
                test_item |= is_cfg_test(&attribute);
                if !is_doc(&attribute) {
                    flatten(attribute.stream(), marked, tokens);
                }
                continue;
            }
        }
        let ends_item = match &tree {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(mark) => mark.as_char() == ';',
            _ => false,
        };
        push(tree, marked, tokens);
        test_item &= !ends_item;
    }
}

fn push(tree: TokenTree, in_test: bool, tokens: &mut Vec<Token>) {
    let line = tree.span().start().line;
    let mut add = |kind, text: String, line| tokens.push(Token { kind, text, line, in_test });
    match tree {
        TokenTree::Ident(word) => add(Kind::Word, word.to_string(), line),
        TokenTree::Punct(mark) => add(Kind::Mark, mark.to_string(), line),
        TokenTree::Literal(literal) => add(Kind::Literal, literal.to_string(), line),
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            let last = group.span_close().start().line;
            add(Kind::Mark, open.to_owned(), line);
            flatten(group.stream(), in_test, tokens);
            tokens.push(Token { kind: Kind::Mark, text: close.to_owned(), line: last, in_test });
        }
    }
}

fn is_doc(attribute: &Group) -> bool {
    matches!(attribute.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "doc")
}

fn is_cfg_test(attribute: &Group) -> bool {
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text == "cfg(test)"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_gone_and_test_items_are_marked() {
        let source = "//! Says tokio.\n/// And sqlx.\nfn a() { b(\"c\") } // rand\n#[cfg(test)]\nmod tests {\n    use d;\n}\nfn e() {}\n";
        let tokens = tokens(source).unwrap();
        let words: Vec<_> = tokens
            .iter()
            .filter(|token| token.kind != Kind::Mark)
            .map(|token| (token.text.as_str(), token.line, token.in_test))
            .collect();
        let expected = [
            ("fn", 3, false),
            ("a", 3, false),
            ("b", 3, false),
            ("\"c\"", 3, false),
            ("cfg", 4, false),
            ("test", 4, false),
            ("mod", 5, true),
            ("tests", 5, true),
            ("use", 6, true),
            ("d", 6, true),
            ("fn", 8, false),
            ("e", 8, false),
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn a_test_module_may_have_a_file_of_its_own() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "mod b;\n#[cfg(test)]\nmod lint;\n"),
            ("crates/a/src/b.rs", "#[cfg(test)]\nmod tests;\n"),
        ]);
        let files = test_files(&tree);
        for (path, is_test) in [
            ("crates/a/src/lint.rs", true),
            ("crates/a/src/b/tests.rs", true),
            ("crates/a/src/b.rs", false),
            ("crates/a/src/lib.rs", false),
        ] {
            assert_eq!(files.contains(Path::new(path)), is_test, "{path}");
        }
    }

    #[test]
    fn a_test_import_ends_at_its_semicolon() {
        let tokens = tokens("#[cfg(test)]\nuse a;\nuse b;\n").unwrap();
        let marked = |word| tokens.iter().find(|token| token.is_word(word)).unwrap().in_test;
        assert!(marked("a"));
        assert!(!marked("b"));
    }
}
