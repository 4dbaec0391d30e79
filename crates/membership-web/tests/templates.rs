//! What every template keeps: nothing inline that the content security policy forbids, a token in every form, and a
//! label on every field.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the templates has failed")]

use std::fs;
use std::path::Path;

fn templates() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push((path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()));
    }
    assert!(found.len() > 20, "the templates are not found");
    found
}

/// The tags of a kind, each from `<` to `>`.
fn tags<'a>(html: &'a str, kind: &str) -> Vec<&'a str> {
    let open = format!("<{kind}");
    html.match_indices(&open).map(|(at, _)| &html[at..at + html[at..].find('>').unwrap()]).collect()
}

#[test]
fn nothing_is_inline() {
    for (name, html) in templates() {
        for forbidden in ["<style", " style=", "javascript:", " onclick", " onchange", " onsubmit", " onload", "hx-on"]
        {
            assert!(!html.contains(forbidden), "{name} holds `{forbidden}`");
        }
        // A script is a file of ours, and holds nothing itself.
        for script in html.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"{{ page.script }}\" defer></script>"), "{name} holds a script");
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    let mut forms = 0;
    for (name, html) in templates() {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if form.contains("method=\"post\"") {
                forms += 1;
                assert!(form.contains("{% include \"token.html\" %}"), "a form of {name} lacks its token");
            } else {
                assert!(form.contains("method=\"get\""), "a form of {name} has no method");
            }
        }
    }
    assert!(forms > 15, "the forms are not found: {forms}");
}

#[test]
fn every_field_has_a_label() {
    for (name, html) in templates() {
        for kind in ["input", "textarea", "select"] {
            for tag in tags(&html, kind).into_iter().filter(|tag| !tag.contains("type=\"hidden\"")) {
                let id = tag.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
                let id = id.unwrap_or_else(|| panic!("{name}: a field has no id: {tag}"));
                assert!(
                    html.contains(&format!("<label for=\"{id}\"")) || html.contains(&format!("for=\"{id}\">")),
                    "{name}: {id}"
                );
            }
        }
    }
}

#[test]
fn every_text_comes_from_the_translations() {
    for (name, html) in templates() {
        // What stands within a tag is shown to nobody.
        if html.starts_with("hx-") {
            continue;
        }
        // The block of this name holds a class and no text.
        let shown_lines: Vec<_> = html.lines().filter(|line| !line.contains("{% block shape %}")).collect();
        let html = shown_lines.join("\n");
        let mut rest = html.as_str();
        let mut shown = String::new();
        while let Some(at) = rest.find(['<', '{']) {
            shown.push_str(&rest[..at]);
            rest = &rest[at..];
            let end = if rest.starts_with("{{") {
                rest.find("}}").map(|it| it + 2)
            } else if rest.starts_with("{%") {
                rest.find("%}").map(|it| it + 2)
            } else if rest.starts_with("{#") {
                rest.find("#}").map(|it| it + 2)
            } else {
                end_of_tag(rest)
            };
            rest = &rest[end.unwrap_or(rest.len())..];
        }
        let words: Vec<_> = shown.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).collect();
        assert_eq!(words, Vec::<&str>::new(), "{name} holds words of its own");
    }
}

/// Where a tag ends; a `>` within an expression is not its end.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut depth = 0;
    let bytes = tag.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b'>' if depth == 0 => return Some(at + 1),
            _ => {}
        }
    }
    None
}
