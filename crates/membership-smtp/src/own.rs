//! A mail that an organization worded itself: its text part, and the HTML part made of the same words.

use membership_core::language::Language;
use minijinja::{HtmlEscape, Value};

use crate::wording;

/// Stands for the personal link until everything else is inert. No text holds control characters.
pub(crate) const LINK: char = '\u{1}';

/// What somebody wrote and its placeholders' values, made inert, with the link's place marked.
pub(crate) struct Body(String);

/// A piece of the HTML part.
enum Block {
    Button,
    Quote(Vec<String>),
    Words(Vec<String>),
}

impl Body {
    /// Takes a filled text. Only the link of the mail can be followed: every other address in it is made inert, whoever
    /// wrote it (A56).
    pub(crate) fn new(filled: &str) -> Self {
        let mut lines: Vec<&str> = Vec::new();
        for line in filled.trim().lines().map(str::trim_end) {
            // What a condition left out leaves no hole.
            if !(line.is_empty() && lines.last().is_none_or(|it| it.is_empty())) {
                lines.push(line);
            }
        }
        Self(wording::inert(&lines.join("\n")))
    }

    /// The text part. The link stands apart from what is around it, so that nothing becomes part of the address.
    pub(crate) fn text(&self, link: Option<&str>) -> String {
        let mut parts = self.0.split(LINK);
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            if text.ends_with(|c: char| !c.is_whitespace()) {
                text.push(' ');
            }
            text.push_str(link.unwrap_or_default());
            if part.starts_with(|c: char| !c.is_whitespace()) {
                text.push(' ');
            }
            text.push_str(part);
        }
        text
    }

    /// The pieces of the HTML part, for its template.
    pub(crate) fn html(&self, link: Option<&str>) -> Value {
        let address = HtmlEscape(link.unwrap_or_default()).to_string();
        let anchor = format!("<a href=\"{address}\" style=\"word-break: break-all;\">{address}</a>");
        let lines = |lines: Vec<String>| {
            let lines = lines.iter().map(|line| HtmlEscape(line).to_string().replace(LINK, &anchor));
            Value::from_safe_string(lines.collect::<Vec<_>>().join("<br>\n"))
        };
        self.blocks()
            .into_iter()
            .map(|block| {
                let (is_button, is_quote, words) = match block {
                    Block::Button => (true, false, Value::from("")),
                    Block::Quote(words) => (false, true, lines(words)),
                    Block::Words(words) => (false, false, lines(words)),
                };
                let pairs = [("is_button", is_button.into()), ("is_quote", is_quote.into()), ("words", words)];
                Value::from_pairs(pairs)
            })
            .collect()
    }

    /// What a list of mails shows beside the subject: the first paragraph that says more than a greeting.
    pub(crate) fn first_words(&self) -> String {
        let paragraphs = self.blocks().into_iter().filter_map(|block| match block {
            Block::Words(lines) => Some(lines.join(" ").replace(LINK, "")),
            Block::Button | Block::Quote(_) => None,
        });
        let paragraphs: Vec<_> = paragraphs.filter(|it| !it.trim().is_empty()).collect();
        let greets = |it: &&String| it.trim_end().ends_with(',') && paragraphs.len() > 1;
        paragraphs.iter().find(|it| !greets(it)).cloned().unwrap_or_default()
    }

    /// Paragraphs, quotations, and a button for a link that stands on a line of its own. The signature is left out: the
    /// foot of the mail says the same.
    fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut begins = true;
        for line in self.0.lines() {
            if line == "--" {
                break;
            }
            if line.is_empty() {
                begins = true;
                continue;
            }
            let quoted = line.strip_prefix('>').map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
            match (quoted, blocks.last_mut()) {
                _ if line.trim() == LINK.to_string() => blocks.push(Block::Button),
                (Some(words), Some(Block::Quote(lines))) if !begins => lines.push(words.to_owned()),
                (Some(words), _) => blocks.push(Block::Quote(vec![words.to_owned()])),
                (None, Some(Block::Words(lines))) if !begins => lines.push(line.to_owned()),
                (None, _) => blocks.push(Block::Words(vec![line.to_owned()])),
            }
            begins = false;
        }
        blocks
    }
}

/// What stands on the button.
pub(crate) fn label(kind: &str, language: Language) -> &'static str {
    match (kind, language) {
        ("invitation" | "reminder", Language::English) => "Accept the invitation",
        ("invitation" | "reminder", Language::French) => "Accepter l’invitation",
        ("account_set_up", Language::English) => "Set up my login",
        ("account_set_up", Language::French) => "Configurer mon accès",
        ("program_invitation", Language::English) => "Take part",
        ("program_invitation", Language::French) => "Participer",
        (_, Language::English) => "Open",
        (_, Language::French) => "Ouvrir",
    }
}

/// What stands below the button.
pub(crate) fn hint(language: Language) -> &'static str {
    match language {
        Language::English => "If the button does not work, open this address in your browser:",
        Language::French => "Si le bouton ne fonctionne pas, ouvrez cette adresse dans votre navigateur :",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://members.example/i/mli_x";

    #[test]
    fn a56_nothing_but_the_link_can_be_followed() {
        let body = Body::new("See evil.example or https://evil.example,\nwww.evil.example\u{1}and a@evil.example");
        let text = body.text(Some(ADDRESS));
        assert!(text.contains(&format!(" {ADDRESS} and")), "{text}");
        for token in ["evil.example", "://evil", "www.e", "a@e"] {
            assert!(!text.contains(token), "{token} in {text:?}");
        }
    }

    #[test]
    fn blocks_are_paragraphs_quotations_and_a_button() {
        let body = Body::new("Hello <b>you</b>,\n\n\n\n> one\n>\n> two\nafter\n\u{1}\nor \u{1}\n\n--\nmembers.example");
        let blocks = body.blocks();
        let drawn = blocks.iter().map(|it| match it {
            Block::Button => "button".to_owned(),
            Block::Quote(lines) => format!("quote {}", lines.len()),
            Block::Words(lines) => format!("words {}", lines.join("/").replace(LINK, "LINK")),
        });
        let expected = ["words Hello <b>you</b>,", "quote 3", "words after", "button", "words or LINK"];
        assert_eq!(drawn.collect::<Vec<_>>(), expected);
        let html = body.html(Some(ADDRESS)).to_string();
        assert!(html.contains("&lt;b&gt;you") && html.contains("<a href="), "{html}");
    }
}
